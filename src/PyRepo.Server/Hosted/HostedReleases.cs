using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;

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
            project, history => history.GetFiles(version), file => file.Yanked != reason,
            new ProjectEvent { Event = ProjectEventKind.Yanked, At = clock.GetUtcNow(), By = by, Reason = reason });

    /// <summary>Undoes a yank. Returns the names of the release's files; none if there is no such release.</summary>
    public Task<ImmutableArray<string>> UnyankAsync(ProjectName project, string version, string by) => ChangeAsync(
        project, history => history.GetFiles(version), file => file.Yanked is not null,
        new ProjectEvent { Event = ProjectEventKind.Unyanked, At = clock.GetUtcNow(), By = by });

    /// <summary>
    /// Deletes a release, or all releases if the version is null. The names of the files stay reserved, and their bytes
    /// are kept for a while. Returns the names; none if there is no such release.
    /// </summary>
    public async Task<ImmutableArray<string>> DeleteAsync(ProjectName project, string? version, string by)
    {
        var deleted = await DeleteAsync(
            project, by, history => version is null ? history.Visible : history.GetFiles(version));
        return [.. deleted.Select(file => file.Name.FileName)];
    }

    /// <summary>
    /// Deletes some releases with one write. One whose files are no longer the expected ones stays.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="expected">The locations of the releases' files in a page's order, by version.</param>
    /// <param name="by">The actor.</param>
    /// <param name="deleted">Receives the versions of the deleted ones, before their bytes are removed.</param>
    public Task DeleteUnchangedAsync(
        ProjectName project, IReadOnlyDictionary<string, ImmutableArray<string>> expected, string by,
        Action<IReadOnlySet<string>> deleted)
    {
        HashSet<string> versions = [];
        return DeleteAsync(project, by, Find, () => deleted(versions));

        List<Distribution> Find(ProjectHistory history)
        {
            versions.Clear();
            var found = new List<Distribution>();
            foreach (var (version, locations) in expected)
            {
                List<Distribution> files = [.. history.GetFiles(version)];
                if (!files.Select(file => file.Location).SequenceEqual(locations))
                    continue;
                versions.Add(version);
                found.AddRange(files);
            }
            return found;
        }
    }

    async Task<ImmutableArray<Distribution>> DeleteAsync(
        ProjectName project, string by, Func<ProjectHistory, IEnumerable<Distribution>> find,
        Action? written = null)
    {
        ImmutableArray<Distribution> deleted = [];
        var deletion = files.Deletion(by);
        await ChangeAsync(project, history => deleted = [.. find(history)], _ => true, deletion);
        written?.Invoke();
        if (deletion.KeepsBytes is not null)
            return deleted;
        foreach (var file in deleted)
            await files.RemoveBytesAsync(StoredBytes.From(file));
        return deleted;
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
            var found = find(history).ToList();
            return new Change<ImmutableArray<string>>(
                [.. found.Select(file => file.Name.FileName)],
                [.. found.Where(file => changes(file)).Select(file => change with { File = file.Name.FileName })]);
        });
    }
}
