namespace PyRepo.Storage;

/// <summary>There is no room left for the bytes; nothing was changed.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : IOException(message, inner);
