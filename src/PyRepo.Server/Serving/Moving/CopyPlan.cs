using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Moving;

/// <summary>The content to copy, and whether the target may receive it.</summary>
/// <param name="Projects">The number of records in the source.</param>
/// <param name="Files">The number of files that they name, with those that may be restored.</param>
/// <param name="Bytes">The bytes of these files.</param>
/// <param name="CopiedRecords">The versions of the source's records that the target has.</param>
/// <param name="TargetRecords">The versions of the target's own.</param>
sealed record CopyPlan(
    int Projects, int Files, long Bytes, ImmutableDictionary<ProjectName, VersionTag> CopiedRecords,
    ImmutableDictionary<ProjectName, VersionTag> TargetRecords)
{
    /// <summary>Nothing.</summary>
    public static CopyPlan Empty { get; } = new(
        0, 0, 0, ImmutableDictionary<ProjectName, VersionTag>.Empty,
        ImmutableDictionary<ProjectName, VersionTag>.Empty);

    /// <summary>The condition of writing a record to the target: it is still as it was compared.</summary>
    public WriteCondition GetCondition(ProjectName project) =>
        TargetRecords.TryGetValue(project, out var version) ? WriteCondition.Match(version) : WriteCondition.Absent;

    /// <summary>Whether the target has a record of the source as it was read.</summary>
    public bool IsCopied(ProjectName project, RecordHead head) =>
        CopiedRecords.TryGetValue(project, out var version) && version == head.Version;

    /// <summary>
    /// Reads all records of both stores. What a record of the target says must be the beginning of what the source's
    /// says: otherwise the target is no copy, or has changed since, and a copy would destroy something.
    /// </summary>
    /// <exception cref="InvalidDataException">The target may not be copied to.</exception>
    public static async Task<CopyPlan> ReadAsync(IStore source, IStore target, CancellationToken cancellationToken)
    {
        var (projects, files, bytes) = (new HashSet<ProjectName>(), 0, 0L);
        var copied = ImmutableDictionary.CreateBuilder<ProjectName, VersionTag>();
        var targets = ImmutableDictionary.CreateBuilder<ProjectName, VersionTag>();
        await foreach (var project in GetRecords(source, cancellationToken))
        {
            projects.Add(project);
            if (await TryReadAsync(source, project, cancellationToken) is not { } read)
                continue;
            var history = GetHistory(project, read.Events);
            files += history.FileCount + history.Kept.Files;
            bytes += history.TotalSize + history.Kept.Bytes;
            if (await ReadTargetAsync(target, project, cancellationToken) is not { } there)
                continue;
            RequireBeginning(project, there.Events, read.Events);
            targets[project] = there.Head.Version;
            if (there.Events.Count == read.Events.Count)
                copied[project] = read.Head.Version;
        }
        await foreach (var project in GetRecords(target, cancellationToken))
        {
            if (!projects.Contains(project))
            {
                throw new InvalidDataException(
                    $"it has the project '{project}', which the source does not have, so it is not a copy of it");
            }
        }
        return new(projects.Count, files, bytes, copied.ToImmutable(), targets.ToImmutable());
    }

    /// <summary>Lists the projects that have a record.</summary>
    public static async IAsyncEnumerable<ProjectName> GetRecords(
        IStore store,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(
            StorageLayout.Projects, static folder => folder.Length > StorageLayout.Projects.Length, static _ => { },
            cancellationToken))
        {
            if (StorageLayout.TryParseRecord(found.Key, out var project))
                yield return project;
        }
    }

    /// <summary>Returns what events make of a project.</summary>
    public static ProjectHistory GetHistory(ProjectName project, List<ProjectEvent> events)
    {
        var history = new ProjectHistory(project);
        events.ForEach(history.Apply);
        return history;
    }

    /// <summary>Reads a record of the source. Returns null if it is damaged, which the copy reports.</summary>
    static async Task<ReadRecord?> TryReadAsync(
        IStore source, ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            var read = await new RecordFile(project, source).ReadAsync(cancellationToken);
            if (read is { } found)
                GetHistory(project, found.Events);
            return read;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static async Task<ReadRecord?> ReadTargetAsync(
        IStore target, ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            return await new RecordFile(project, target).ReadAsync(cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException(
                $"its project '{project}' may have changed on its own. {error.Message} If an earlier copy brought it, "
                    + "delete it there",
                error);
        }
    }

    static void RequireBeginning(ProjectName project, List<ProjectEvent> there, List<ProjectEvent> source)
    {
        if (!RecordLines.Write(there).AsSpan().SequenceEqual(RecordLines.Write(source.Take(there.Count))))
        {
            throw new InvalidDataException(
                $"its project '{project}' has changed on its own: its record is not the beginning of the source's");
        }
    }
}
