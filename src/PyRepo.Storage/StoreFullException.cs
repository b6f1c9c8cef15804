namespace PyRepo.Storage;

/// <summary>There is not enough space for the bytes. Nothing was changed.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : IOException(message, inner);
