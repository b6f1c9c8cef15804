using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>A repository's answer to a request for a file.</summary>
public abstract record OpenAnswer : IAnswered
{
    OpenAnswer()
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// This is set even if there is no such file: the members own the project, and decide who may know about it.
    /// </remarks>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <inheritdoc/>
    public CacheOutcome Cache { get; init; }

    /// <summary>The file was found. The receiver disposes its content.</summary>
    public sealed record Found(FileContent Content) : OpenAnswer;

    /// <summary>There is no such file, or it is hidden, or its bytes differ from those requested.</summary>
    public sealed record NotFound(string Reason) : OpenAnswer;

    /// <summary>The file is not available at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : OpenAnswer
    {
        /// <summary>The reason, if it is useful to the client.</summary>
        public string? Reason { get; init; }
    }
}
