namespace PyRepo.Server.Commands.Warming;

/// <summary>An index does not answer a request as it should.</summary>
/// <param name="message">What happened, and what to do.</param>
/// <param name="inner">The cause.</param>
sealed class IndexException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long to wait before the same is asked again; null if that would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a file was fetched, and is another one than the locked one.</summary>
    public bool IsAnotherFile { get; init; }

    /// <summary>Whether every other request would fail, too.</summary>
    public bool ConcernsAll { get; init; }
}
