using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>What a repository says when a file is asked for.</summary>
public abstract record OpenAnswer : IAnswered
{
    OpenAnswer()
    {
    }

    /// <inheritdoc/>
    /// <remarks>Also where there is no such file: the project is theirs, and they decide who may know that.</remarks>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <inheritdoc/>
    public CacheOutcome Cache { get; init; }

    /// <summary>Here it is; the receiver disposes it.</summary>
    public sealed record Found(FileContent Content) : OpenAnswer;

    /// <summary>There is no such file, or it is hidden, or it has other bytes than the request says.</summary>
    public sealed record NotFound(string Reason) : OpenAnswer;

    /// <summary>It can't be had at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : OpenAnswer
    {
        /// <summary>Why, where that helps whoever asks.</summary>
        public string? Reason { get; init; }
    }
}
