namespace PyRepo.Storage;

/// <summary>A conditional write found something else than it was told to expect.</summary>
public sealed class PreconditionFailedException(string message) : Exception(message);

/// <summary>There is no room left for the bytes; nothing was changed.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : IOException(message, inner);
