using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// A repository's findings about a project: the version of its current snapshot, and the content if it had to be read
/// to know that.
/// </summary>
/// <param name="Value">
/// The snapshot's <see cref="ProjectSnapshot.Version"/>, or null if <see cref="Answer"/> says why there is none.
/// </param>
/// <param name="Cache">How a cache contributed to the answer.</param>
public readonly record struct SnapshotVersion(string? Value, CacheOutcome Cache = CacheOutcome.None)
{
    /// <summary>Returns the version of an answer's content, with the answer.</summary>
    public static SnapshotVersion From(ProjectAnswer answer) => answer is ProjectAnswer.Known known
        ? new(known.Snapshot.Version, known.Cache)
        {
            StaleSince = known.Snapshot.StaleSince,
            AnsweredBy = known.AnsweredBy,
            Answer = known,
        }
        : new(null) { Answer = answer };

    /// <inheritdoc cref="ProjectSnapshot.StaleSince"/>
    public DateTimeOffset? StaleSince { get; init; }

    /// <inheritdoc cref="ProjectAnswer.Known.AnsweredBy"/>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>The content, or why there is none. It is null if the version was known without it.</summary>
    public ProjectAnswer? Answer { get; init; }

    /// <summary>The findings of the contributing members, if a group queried its members.</summary>
    public ImmutableArray<MemberVersion> Members { get; init; } = [];
}

/// <summary>The findings of one member of a group about a project.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Found">Its findings.</param>
public sealed record MemberVersion(string Member, SnapshotVersion Found);
