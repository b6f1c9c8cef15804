namespace PyRepo.Storage;

/// <summary>The condition of a write is not met.</summary>
public sealed class PreconditionFailedException(string message) : Exception(message)
{
    /// <summary>
    /// Whether the service says only that another write came at the same time, so that the object may still be as it was.
    /// </summary>
    public bool IsByConcurrentWrite { get; init; }
}
