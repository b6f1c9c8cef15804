using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>What a repository says of a project. "Down" is never "no such project".</summary>
public abstract record ProjectAnswer
{
    ProjectAnswer()
    {
    }

    /// <summary>The project is here, though perhaps none of its files is shown.</summary>
    public sealed record Known(ProjectSnapshot Snapshot) : ProjectAnswer, IAnswered
    {
        /// <inheritdoc/>
        public ImmutableArray<string> AnsweredBy { get; init; } = [];

        /// <inheritdoc/>
        public CacheOutcome Cache { get; init; }

        /// <summary>What a group's members answered, those that know the project; empty where no group was asked.</summary>
        public ImmutableArray<MemberAnswer> Members { get; init; } = [];
    }

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : ProjectAnswer
    {
        /// <summary>The one value.</summary>
        public static NotKnown Instance { get; } = new();
    }

    /// <summary>It can't be told at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectAnswer
    {
        /// <summary>Why, where that helps whoever asks.</summary>
        public string? Reason { get; init; }
    }
}
