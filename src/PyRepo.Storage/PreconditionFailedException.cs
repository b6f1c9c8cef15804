namespace PyRepo.Storage;

/// <summary>The condition of a write is not met.</summary>
public sealed class PreconditionFailedException(string message) : Exception(message);
