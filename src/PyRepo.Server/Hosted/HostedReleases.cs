using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>Yanks and deletes releases, and sets projects' statuses.</summary>
/// <remarks>Each change is one write to the project's record: all files of a release change, or none.</remarks>
sealed class HostedReleases(ProjectRecords records, HostedFiles files, TimeProvider clock)
{
    /// <summary>
    /// Yanks a release (<see href="https://peps.python.org/pep-0592/">PEP 592</see>), or changes the reason. Returns
    /// the names of its files; none if there is no such release.
    /// </summary>
    public Task<ImmutableArray<string>> YankAsync(ProjectName project, string version, string reason, string by) =>
        ChangeAsync(
            project, history => FilesOf(history, version), file => file.Yanked != reason,
            new ProjectEvent { Event = ProjectEventKind.Yanked, At = clock.GetUtcNow(), By = by, Reason = reason });

    /// <summary>Undoes a yank. Returns the names of the release's files; none if there is no such release.</summary>
    public Task<ImmutableArray<string>> UnyankAsync(ProjectName project, string version, string by) => ChangeAsync(
        project, history => FilesOf(history, version), file => file.Yanked is not null,
        new ProjectEvent { Event = ProjectEventKind.Unyanked, At = clock.GetUtcNow(), By = by });

    /// <summary>
    /// Deletes a release permanently, or all releases if the version is null. The names of the files stay reserved.
    /// Returns the names; none if there is no such release.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version, or null.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="isExpected">Whether these files, in a page's order, are to be deleted; null if any are.</param>
    public async Task<ImmutableArray<string>> DeleteAsync(
        ProjectName project, string? version, string by, Predicate<ImmutableArray<Distribution>>? isExpected = null)
    {
        ImmutableArray<Distribution> deleted = [];
        var names = await ChangeAsync(
            project,
            history =>
            {
                deleted = [.. version is null ? history.Visible : FilesOf(history, version)];
                deleted = deleted.Sort(Distribution.PageOrder);
                if (isExpected?.Invoke(deleted) is false)
                    deleted = [];
                return deleted;
            },
            _ => true,
            new ProjectEvent { Event = ProjectEventKind.Deleted, At = clock.GetUtcNow(), By = by });
        foreach (var file in deleted)
            await files.RemoveBytesAsync(StoredBytes.Of(file));
        return names;
    }

    /// <summary>
    /// Sets a project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>). Returns false if there is
    /// no such project.
    /// </summary>
    public async Task<bool> SetStatusAsync(ProjectName project, ProjectStatus status, string? reason, string by)
    {
        if (await records.FindAsync(project, CancellationToken.None) is not { } record)
            return false;
        return await record.ChangeAsync(history =>
        {
            var change = new ProjectEvent
            {
                Event = ProjectEventKind.Status,
                At = clock.GetUtcNow(),
                By = by,
                Status = status.ToName(),
                Reason = reason,
            };
            var isSame = history.Status == status && history.StatusReason == reason;
            return new Change<bool>(true, isSame ? [] : [change]);
        });
    }

    /// <summary>Adds an event for each of some files that it changes.</summary>
    async Task<ImmutableArray<string>> ChangeAsync(
        ProjectName project, Func<ProjectHistory, IEnumerable<Distribution>> find, Predicate<Distribution> changes,
        ProjectEvent change)
    {
        if (await records.FindAsync(project, CancellationToken.None) is not { } record)
            return [];
        return await record.ChangeAsync(history =>
        {
            var found = find(history).Order(Distribution.PageOrder).ToList();
            return new Change<ImmutableArray<string>>(
                [.. found.Select(file => file.Name.FileName)],
                [.. found.Where(file => changes(file)).Select(file => change with { File = file.Name.FileName })]);
        });
    }

    static IEnumerable<Distribution> FilesOf(ProjectHistory history, string version)
    {
        var parsed = PythonVersion.TryParse(version, out var valid) ? valid : null;
        return history.Visible.Where(file => file.Name.IsOf(version, parsed));
    }
}
