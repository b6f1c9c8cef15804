namespace PyRepo.Storage;

/// <summary>A conditional write found something else than it was told to expect.</summary>
public sealed class PreconditionFailedException(string message) : Exception(message);
