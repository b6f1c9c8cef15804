using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

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

    /// <summary>There is no such project. A group goes on to its next member, and only then.</summary>
    /// <param name="Evidence">How this is known.</param>
    public sealed record NotKnown(Absence Evidence) : ProjectAnswer;

    /// <summary>The answer is not known at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectAnswer
    {
        /// <summary>The reason, if it is useful to the client.</summary>
        public string? Reason { get; init; }

        /// <summary>
        /// Whether an upstream said that there is no such project, but has not proved that it answers at all. Who asks
        /// the proxy itself is told so; a group does not go on to its next member.
        /// </summary>
        public bool IsUnprovedAbsence { get; init; }

        /// <summary>
        /// Whether a repository on another server was not reached at all. If it is not, it said itself that it cannot
        /// answer, so that it may have the project.
        /// </summary>
        public bool IsUnreached { get; init; }
    }
}

/// <summary>The answer of one member of a group.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Answer">Its answer.</param>
public sealed record MemberAnswer(string Member, ProjectAnswer.Known Answer);
