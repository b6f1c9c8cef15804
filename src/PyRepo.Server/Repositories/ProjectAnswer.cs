using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>A repository's answer to a request for a project. "Unavailable" never means "no such project".</summary>
public abstract record ProjectAnswer
{
    ProjectAnswer()
    {
    }

    /// <summary>The project exists, even if none of its files is visible.</summary>
    public sealed record Known(ProjectSnapshot Snapshot) : ProjectAnswer
    {
        /// <summary>The names of the contributing members, if a group queried its members.</summary>
        public ImmutableArray<string> AnsweredBy { get; init; } = [];

        /// <summary>How a cache contributed to the answer.</summary>
        public CacheOutcome Cache { get; init; }

        /// <summary>The answers of those group members that know the project; empty if no group was queried.</summary>
        public ImmutableArray<MemberAnswer> Members { get; init; } = [];
    }

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : ProjectAnswer
    {
        /// <summary>The instance without a verdict.</summary>
        public static NotKnown Instance { get; } = new();

        /// <summary>The rule that makes the project unknown, or null if there is none.</summary>
        public Verdict? HiddenBy { get; init; }

        /// <summary>
        /// Why a group's member did not answer, whose last list does not have the project; null if it did answer.
        /// </summary>
        public Unavailable? MemberDown { get; init; }
    }

    /// <summary>The answer is not known at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectAnswer
    {
        /// <summary>The reason, if it is useful to the client.</summary>
        public string? Reason { get; init; }
    }
}
