using System.Collections.Concurrent;
using System.Collections.Immutable;
using PyRepo.Downloads;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Moving;

/// <summary>
/// Copies a repository from one store to another, where it may be there in part from an earlier attempt.
/// </summary>
/// <remarks>
/// <para>Each record is copied after the files that it names. If a record changes meanwhile, because a server has the
/// source open, what it names by then is copied first. Nothing is deleted in the target.</para>
/// <para>A file of the source that is damaged or missing is reported. Its record is copied all the same: a project that
/// the target did not know would be looked for in a public index.</para>
/// </remarks>
sealed class RepositoryCopy(IStore source, IStore target, ICopyProgress progress)
{
    /// <summary>How often a record is read that a server changes meanwhile.</summary>
    const int MaxAttempts = 8;

    readonly ObjectCopier _copier = new(source, target, progress.Read);
    readonly ConcurrentDictionary<ProjectName, RecordHead> _heads = new();
    readonly ConcurrentDictionary<string, (ProjectName Project, string Text)> _problems = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<ProjectName, bool> _unreadable = new();
    CopyPlan _plan = CopyPlan.Empty;
    int _copied;
    int _existing;

    /// <summary>
    /// Whether the copy ends if something is damaged of which no record tells: what a proxy knows of its upstream, files
    /// that wait for their adoption, tokens.
    /// </summary>
    public bool RequiresAll { get; init; }

    /// <summary>How many files are copied at once.</summary>
    public int MaxConcurrentFiles { get; init; } = 4;

    /// <summary>
    /// Throws if a server has taken the target meanwhile. It is asked before and after each record: a server that was
    /// alone with the target would not know of one that is written now.
    /// </summary>
    public Func<CancellationToken, ValueTask> ConfirmAsync { get; init; } = static _ => default;

    /// <summary>Copies everything.</summary>
    /// <param name="owner">Whose the target is.</param>
    /// <param name="takesOver">The former owner of the target, as <c>NAMESPACE/NAME</c>, if it may have one.</param>
    /// <param name="cancellationToken">Stops copying. The next copy goes on.</param>
    /// <exception cref="InvalidDataException">The target belongs to somebody else, or is not a copy.</exception>
    /// <exception cref="StoreUnavailableException">A server has taken the target.</exception>
    public async Task<CopyOutcome> RunAsync(StoreFormat owner, string? takesOver, CancellationToken cancellationToken)
    {
        _plan = await CopyPlan.ReadAsync(source, target, cancellationToken);
        await ClaimTargetAsync(owner, takesOver, cancellationToken);
        progress.Start(_plan);
        await ForEachAsync(NamedFilesAsync(cancellationToken), CopyFileAsync, cancellationToken);
        await ForEachAsync(OtherKeysAsync(cancellationToken), CopyOtherAsync, cancellationToken);
        await ForEachAsync(CopyPlan.GetRecords(source, cancellationToken), CopyRecordAsync, cancellationToken);
        var problems = _problems.Values.Select(p => p.Text).Order(StringComparer.Ordinal);
        return new(_plan.Projects, _copied, _existing, [.. problems]);
    }

    /// <summary>Makes the target the owner's, and notes what a server must know of the source.</summary>
    async Task ClaimTargetAsync(StoreFormat owner, string? takesOver, CancellationToken cancellationToken)
    {
        var unknown = await StoreFormatFile.ClaimAsync(target, owner, takesOver, cancellationToken);
        var (format, _) = await StoreFormatFile.ReadAsync(source, cancellationToken);
        var ofSource = format is null ? [] : StoreFeature.UnknownIn(format);
        if (unknown.Concat(ofSource).FirstOrDefault() is { } feature)
        {
            throw new InvalidDataException(
                $"one of the two has '{feature}', which this program does not know; use a newer one");
        }
        foreach (var known in format?.Features ?? [])
            await StoreFormatFile.AddFeatureAsync(target, known, cancellationToken);
    }

    Task ForEachAsync<T>(
        IAsyncEnumerable<T> items, Func<T, CancellationToken, Task> copy, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentFiles, CancellationToken = cancellationToken },
            async (item, token) => await copy(item, token));

    /// <summary>The files that are visible by their records, and those that may be restored.</summary>
    async IAsyncEnumerable<CopiedFile> NamedFilesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var project in CopyPlan.GetRecords(source, cancellationToken))
        {
            foreach (var file in await ReadAsync(project, cancellationToken) ?? [])
                yield return file;
        }
    }

    /// <summary>Reads a record, and returns the files that it names, or null if it is damaged.</summary>
    async Task<List<CopiedFile>?> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            var history = new ProjectHistory(project);
            if (await new RecordFile(project, source).ReadAsync(history.Apply, cancellationToken) is not { } head)
                return [];
            List<CopiedFile> files =
            [
                .. history.Visible.Select(file => new CopiedFile(file, IsVisible: true)),
                .. history.Removed.Where(file => file.PurgedAt is null)
                    .Select(file => new CopiedFile(history.Unpack(file), IsVisible: false)),
            ];
            _heads[project] = head;
            foreach (var outdated in _problems.Where(p => p.Value.Project == project))
                _problems.TryRemove(outdated);
            return files;
        }
        catch (InvalidDataException error)
        {
            _unreadable[project] = true;
            _problems[StorageLayout.Record(project)] =
                (project, $"{error.Message} It is copied unchanged, with all of its files.");
            return null;
        }
    }

    async Task CopyFileAsync(CopiedFile copied, CancellationToken cancellationToken)
    {
        var file = copied.File;
        await CopyNamedAsync(copied, file.Location, file.Size, file.Sha256, cancellationToken);
        if (Sha256Digest.TryParse(file.Provenance, out var provenance))
        {
            await CopyNamedAsync(
                copied, StorageLayout.Provenance(file.Location), null, provenance, cancellationToken);
        }
        progress.Finish(file.Name.FileName, file.Size ?? 0);
    }

    async Task CopyNamedAsync(
        CopiedFile file, string key, long? size, Sha256Digest? sha256, CancellationToken cancellationToken)
    {
        var result = await _copier.CopyAsync(key, size, sha256, cancellationToken);
        Count(result);
        var problem = result switch
        {
            CopyResult.Missing => "it is missing",
            CopyResult.Damaged => "it is damaged: its size or its hash is not what the record says",
            _ => null,
        };
        // What was deleted is not missed: whoever restores it learns what became of its bytes.
        if (problem is not null && file.IsVisible)
            _problems[key] = (file.File.Name.Project, $"{key}: {problem}.");
    }

    /// <summary>
    /// Returns the keys that no record verifies: files that wait for their adoption, all files of a project whose
    /// record is damaged, and a proxy's knowledge of its upstream, statistics, the download log, and tokens.
    /// </summary>
    async IAsyncEnumerable<string> OtherKeysAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in source.ListAsync(
            StorageLayout.Packages, IsNamedFolder, static _ => { }, cancellationToken))
        {
            if (!_problems.ContainsKey(found.Key))
                yield return found.Key;
        }
        foreach (var folder in (string[])
            [StorageLayout.UpstreamFolder, StorageLayout.UsageFolder, StorageLayout.StatisticsFolder,
                DownloadLogLayout.Folder, StorageLayout.AdvisoriesFolder, StorageLayout.MirrorFolder])
        {
            await foreach (var found in source.ListAsync(folder, null, static _ => { }, cancellationToken))
                yield return found.Key;
        }
        yield return StorageLayout.SeenProjects;
        yield return StorageLayout.Tokens;
    }

    /// <summary>Whether a record tells which files of a folder are to be copied. The others are garbage.</summary>
    bool IsNamedFolder(ReadOnlySpan<char> folder) =>
        StorageLayout.IsOwnFolder(folder)
        && !(ProjectName.TryParse(folder.ToString().Split('/')[1], out var project)
            && _unreadable.ContainsKey(project));

    async Task CopyOtherAsync(string key, CancellationToken cancellationToken)
    {
        var result = await _copier.CopyAsync(key, null, null, cancellationToken);
        Count(result);
        if (result is not CopyResult.Damaged)
            return;
        if (RequiresAll)
            throw new InvalidDataException($"'{key}' is damaged or missing");
        _problems[key] = (default, $"{key}: it is damaged.");
    }

    /// <summary>Copies a record, and first what it names since it was read.</summary>
    async Task CopyRecordAsync(ProjectName project, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            await ConfirmAsync(cancellationToken);
            if (_unreadable.ContainsKey(project))
            {
                await CopyUnreadableAsync(project, cancellationToken);
                await ConfirmAsync(cancellationToken);
                return;
            }
            if (_heads.TryGetValue(project, out var head) && await TryCopyRecordAsync(project, head, cancellationToken))
                return;
            foreach (var file in await ReadAsync(project, cancellationToken) ?? [])
                await CopyFileAsync(file, cancellationToken);
        }
        throw new IOException($"The record of '{project}' keeps changing. Stop uploads, and copy again.");
    }

    /// <summary>Copies a record, unless the target has it. Returns false if it has changed since it was read.</summary>
    async Task<bool> TryCopyRecordAsync(ProjectName project, RecordHead head, CancellationToken cancellationToken)
    {
        if (_plan.IsCopied(project, head))
        {
            var record = new RecordFile(project, source);
            if (await record.ReadIfChangedAsync(head, long.MaxValue, cancellationToken) is not null)
                return false;
            Count(CopyResult.Existing);
            return true;
        }
        foreach (var segment in target.Traits.AppendsInPlace ? [] : head.Segments)
            await CopyOtherAsync(segment.Key, cancellationToken);
        if (!await _copier.TryCopyRecordAsync(
            StorageLayout.Record(project), head, _plan.GetCondition(project), cancellationToken))
        {
            return false;
        }
        await ConfirmAsync(cancellationToken);
        Count(CopyResult.Copied);
        return true;
    }

    /// <summary>
    /// Copies a damaged record and all of its segments, unless the target has a record, which is better.
    /// </summary>
    async Task CopyUnreadableAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var key = StorageLayout.Record(project);
        if (await target.StatAsync(key, cancellationToken) is not null)
            return;
        var segments = source.ListAsync(
            StorageLayout.RecordSegments(project), null, static _ => { }, cancellationToken);
        await foreach (var segment in segments)
            await CopyOtherAsync(segment.Key, cancellationToken);
        if (await _copier.CopyAsync(key, null, null, cancellationToken) is not CopyResult.Copied)
            throw new InvalidDataException($"the record of '{project}' is damaged, and cannot be copied unchanged");
        Count(CopyResult.Copied);
    }

    void Count(CopyResult result)
    {
        if (result is CopyResult.Copied)
            Interlocked.Increment(ref _copied);
        else if (result is CopyResult.Existing)
            Interlocked.Increment(ref _existing);
    }
}

/// <summary>A file that is copied because its record names it.</summary>
/// <param name="File">The file.</param>
/// <param name="IsVisible">Whether it is visible, else it was removed and may be restored.</param>
readonly record struct CopiedFile(Distribution File, bool IsVisible);

/// <summary>The result of a copy.</summary>
/// <param name="Projects">The number of projects of the source.</param>
/// <param name="Copied">The number of objects that were copied.</param>
/// <param name="Existing">The number of objects that the target had.</param>
/// <param name="Problems">The damaged or missing parts of the source, for people.</param>
sealed record CopyOutcome(int Projects, int Copied, int Existing, ImmutableArray<string> Problems);
