using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// A repository's findings about a project: the version of its current snapshot, and the way to the content, which is
/// here already if it had to be read to know the version.
/// </summary>
/// <param name="Value">
/// The snapshot's <see cref="ProjectSnapshot.Version"/>, or null if <see cref="Answer"/> says why there is none.
/// </param>
/// <param name="Source">The way to the content, or null if <see cref="Answer"/> has it.</param>
/// <param name="Cache">How a cache contributed to the answer.</param>
public readonly record struct SnapshotVersion(
    string? Value, ISnapshotSource? Source, CacheOutcome Cache = CacheOutcome.None)
{
    /// <summary>Returns the version of an answer's content, with the answer.</summary>
    public static SnapshotVersion From(ProjectAnswer answer) => answer is ProjectAnswer.Known known
        ? new(known.Snapshot.Version, null, known.Cache)
        {
            StaleSince = known.Snapshot.StaleSince,
            AnsweredBy = known.AnsweredBy,
            Answer = known,
        }
        : new(null, null) { Answer = answer };

    /// <inheritdoc cref="ProjectSnapshot.StaleSince"/>
    public DateTimeOffset? StaleSince { get; init; }

    /// <inheritdoc cref="ProjectAnswer.Known.AnsweredBy"/>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>The content, or why there is none. It is null if the version was known without it.</summary>
    public ProjectAnswer? Answer { get; init; }

    /// <summary>Returns the content that was found, or a newer one, without looking for it again.</summary>
    public ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken) =>
        Answer is { } answer ? new(answer) : Source!.LoadAsync(cancellationToken);
}

/// <summary>The way to the content of a project whose version was found without it.</summary>
public interface ISnapshotSource
{
    /// <summary>Returns the content, or a newer one.</summary>
    ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken);
}

/// <summary>The current content of a repository's project.</summary>
sealed class CurrentSnapshot(IRepository repository, ProjectName project) : ISnapshotSource
{
    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken) =>
        repository.GetProjectAsync(project, null, cancellationToken);
}
