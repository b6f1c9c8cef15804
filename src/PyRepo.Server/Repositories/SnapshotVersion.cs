using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>Identifies a project's current snapshot, without its content.</summary>
/// <param name="Value">
/// The snapshot's <see cref="ProjectSnapshot.Version"/>, or null if there is no such project.
/// </param>
/// <param name="Cache">How a cache contributed to the answer.</param>
public readonly record struct SnapshotVersion(string? Value, CacheOutcome Cache = CacheOutcome.None)
{
    /// <summary>There is no such project.</summary>
    public static SnapshotVersion NotKnown => new(null);

    /// <summary>The version of no project, because the answer is not known at the moment.</summary>
    public static SnapshotVersion OfUnavailable(ProjectAnswer.Unavailable down) => new(null) { Down = down };

    /// <summary>Why it is not known whether there is such a project, or null if it is known.</summary>
    public ProjectAnswer.Unavailable? Down { get; init; }

    /// <inheritdoc cref="ProjectAnswer.NotKnown.MemberDown"/>
    public ProjectAnswer.Unavailable? MemberDown { get; init; }

    /// <inheritdoc cref="ProjectAnswer.Known.AnsweredBy"/>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];
}
