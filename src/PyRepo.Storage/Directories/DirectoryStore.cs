using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// A store in a folder. A key is a path relative to the folder. Names in the root that start with a dot are reserved
/// for the store.
/// </summary>
/// <remarks>
/// Writers must have the <see cref="DirectoryLock"/>. Within the process, writes to one key must not overlap. Staged
/// bytes are in <c>.staging</c>, so that a commit is a single rename within the file system.
/// </remarks>
public sealed class DirectoryStore : IStore
{
    const string StagingFolder = ".staging";
    readonly string _root;
    readonly string _staging;
    readonly DurableNames _names;
    readonly SuspectWrites _suspects;

    /// <summary>Opens the store, and creates the folder if absent.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public DirectoryStore(string root)
    {
        _root = Path.GetFullPath(root);
        _staging = Path.Combine(_root, StagingFolder);
        _names = DurableNames.CreateIn(_root);
        _suspects = new SuspectWrites(_names);
    }

    /// <inheritdoc/>
    public StoreTraits Traits { get; } = new(IsLocal: true, AppendsInPlace: true, HonorsConditions: true);

    /// <inheritdoc/>
    public StoreFailures Failures { get; } = new();

    /// <inheritdoc/>
    public string? ReadOnlyReason { get; set; }

    /// <summary>
    /// The lock of the process, if it has one. From then on, the store fails if the folder is removed or replaced.
    /// </summary>
    public DirectoryLock? Lock { get; set; }

    /// <inheritdoc/>
    public ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken)
    {
        if (DirectoryLock.TryTake(_root) is not { } taken)
        {
            var holder = DirectoryLock.GetHolder(_root);
            return new(new LeaseAttempt(null, holder is null ? "another process" : $"the process {holder}"));
        }
        Lock = taken;
        return new(new LeaseAttempt(new DirectoryLease(taken, () => !_suspects.Any), null));
    }

    /// <inheritdoc/>
    /// <remarks>Nobody else writes, so all that is staged is left over.</remarks>
    public ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (Directory.Exists(_staging))
            Directory.Delete(_staging, recursive: true);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken)
    {
        var drive = new DriveInfo(_root);
        return new(new StoreSpace(drive.TotalSize, drive.AvailableFreeSpace));
    }

    /// <inheritdoc/>
    public async ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken) =>
        await OpenAsync(key, cancellationToken) is not { } content ? ChangedContent.NotFound
        : content.Object.Version != version ? new(false, content)
        : await CloseAsync(content);

    static async ValueTask<ChangedContent> CloseAsync(StoredContent unchanged)
    {
        await unchanged.DisposeAsync();
        return ChangedContent.Unchanged;
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        if (_suspects.Any && _suspects.Contains(GetPath(key)))
            await ResolveSuspectsAsync(key);
        return Stat(key);
    }

    /// <inheritdoc/>
    public ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        _suspects.Any && _suspects.Contains(GetPath(key)) ? OpenSuspectAsync(key) : new(Open(key));

    /// <summary>Opens what a failed write may have changed, as it was before.</summary>
    async ValueTask<StoredContent?> OpenSuspectAsync(string key)
    {
        await ResolveSuspectsAsync(key);
        return Open(key);
    }

    DirectoryContent? Open(string key)
    {
        try
        {
            if (RegularFile.Open(GetPath(key), out var status) is { } file)
                return new DirectoryContent(status.ToObject(key), file, Failures);
        }
        catch (IOException error)
        {
            Failures.Note(key, error);
            throw;
        }
        // If the whole folder is gone, nothing is known about the object.
        Lock?.Require();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken)
    {
        await RequireWritableAsync(key ?? StagingFolder);
        var path = Path.Combine(_staging, Guid.NewGuid().ToString("N"));
        try
        {
            return CreateStaged(path, key, expectedLength);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            DirectoryStagedObject.Discard(path, key, Failed);
            throw expectedLength is not null && error is IOException { } refused && PosixFile.MeansNotReserved(refused)
                ? Full(refused)
                : Failed(key ?? StagingFolder, error);
        }
    }

    DirectoryStagedObject CreateStaged(string path, string? key, long? expectedLength)
    {
        for (var again = true; ; again = false)
        {
            try
            {
                return new DirectoryStagedObject(path, expectedLength, Failed) { Key = key };
            }
            catch (IOException error) when (again && PosixFile.MeansNoFolder(error))
            {
                Directory.CreateDirectory(_staging);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        var failures = _names.Failures;
        await RequireWritableAsync(key);
        var bytes = (DirectoryStagedObject)staged;
        condition.Check(key, await StatAsync(key, cancellationToken));
        try
        {
            await CommitAsync(bytes, GetPath(key), failures);
            return Describe(key, bytes.LocalFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(key, error);
        }
    }

    async Task CommitAsync(DirectoryStagedObject bytes, string path, long failures)
    {
        if (bytes.Durability is CommitDurability.BytesFirst)
            await bytes.FlushAsync();
        else
            bytes.Truncate();
        try
        {
            MoveInto(bytes.Path, path);
        }
        catch
        {
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw;
        }
        bytes.Committed = true;
        switch (bytes.Durability)
        {
            case CommitDurability.BytesFirst:
                await FlushNameAsync(path, failures);
                break;
            case CommitDurability.BytesWithKey:
                await FlushWithKeyAsync(bytes, path, failures);
                break;
        }
    }

    /// <summary>
    /// Makes a name durable. If that fails, nothing else is written, and nobody reads the object, until it is.
    /// </summary>
    async Task FlushNameAsync(string path, long failures)
    {
        try
        {
            await _names.FlushAsync(path, failures);
        }
        catch
        {
            _suspects.AddName(path);
            throw;
        }
    }

    /// <summary>Makes bytes and the names that lead to them durable, or removes both.</summary>
    async Task FlushWithKeyAsync(DirectoryStagedObject bytes, string path, long failures)
    {
        Task? named = null;
        try
        {
            // The bytes take longest: they are written elsewhere while the names are flushed, maybe here.
            var written = bytes.StartFlushAsync();
            named = _names.FlushAsync(path, failures);
            await Task.WhenAll(written, named);
        }
        catch
        {
            // The folders may not be durable either: they are flushed before anything else is written.
            if (named is { IsFaulted: true })
                _suspects.AddName(path);
            File.Delete(path);
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        var failures = _names.Failures;
        await RequireWritableAsync(key);
        var current = await StatAsync(key, cancellationToken);
        condition.Check(key, current);
        try
        {
            return await AppendAsync(key, bytes, current?.Length, failures);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(key, error);
        }
    }

    /// <summary>Appends all of the bytes to a file, or leaves the file as it was.</summary>
    /// <param name="key">The key.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">The length of the file, or null if it does not exist.</param>
    /// <param name="failures">See <see cref="DurableNames.FlushAsync"/>.</param>
    async Task<StoredObject> AppendAsync(string key, ReadOnlyMemory<byte> bytes, long? length, long failures)
    {
        var path = GetPath(key);
        if (length is null)
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A new file is never created through a link.
        using var file = File.OpenHandle(
            path, length is null ? FileMode.CreateNew : FileMode.Open, FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.Write(file, bytes.Span, length ?? 0);
            await Task.WhenAll(
                FlushThreads.Shared.RunAsync(() => DiskFlush.FlushFile(file)), _names.EnsureAsync(path, failures));
            return Describe(key, file);
        }
        catch (Exception error)
        {
            await UndoAsync(key, path, length, error);
            throw;
        }
    }

    /// <summary>Undoes an append. If that fails, too, both errors are told.</summary>
    async Task UndoAsync(string key, string path, long? length, Exception cause)
    {
        try
        {
            await _suspects.UndoAsync(path, length);
        }
        catch (StoreUnavailableException)
        {
            Failures.Note(key, cause);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryOverwriteAsync(
        string key, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RequireWritableAsync(key);
        if (await StatAsync(key, cancellationToken) is not { } current || offset > current.Length - bytes.Length)
            return false;
        try
        {
            using var file = File.OpenHandle(
                GetPath(key), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, bytes.Span, offset);
            await FlushThreads.Shared.RunAsync(() => DiskFlush.FlushFile(file));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(key, error); // A file system that copies on each write needs space for it.
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Lock?.Require();
        await Task.CompletedTask;
        var listing = new DirectoryListing(_root, prefix, skip, skipped) { FollowsLinksInRoot = true };
        foreach (var found in listing.Objects())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushThreads.Shared.RunLongAsync(() => DiskFlush.FlushFileSystem(_root));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("", error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            using var file = RegularFile.Open(GetPath(key));
            if (file is not null)
                await FlushThreads.Shared.RunLongAsync(() => DiskFlush.FlushAndForget(file));
        }
        catch (IOException error)
        {
            throw Failed(key, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var failures = _names.Failures;
        await RequireWritableAsync(key);
        var path = GetPath(key);
        if (!File.Exists(path))
            return false;
        try
        {
            File.Delete(path);
            _names.Forget(path);
            await FlushAbsenceAsync(path, RemoveEmptyFolders(Path.GetDirectoryName(path)!), failures);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(key, error);
        }
    }

    /// <summary>Makes it durable that a folder no longer has a name.</summary>
    async Task FlushAbsenceAsync(string path, string folder, long failures)
    {
        try
        {
            await _names.FlushFolderAsync(folder, failures);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else deleted the last other file, and flushes the folder above; or all of it is gone.
            Lock?.Require();
        }
        catch
        {
            _suspects.AddName(path);
            throw;
        }
    }

    /// <summary>Throws unless the store is there, and all that was written to it is certain.</summary>
    /// <param name="key">The key to write.</param>
    ValueTask RequireWritableAsync(string key)
    {
        Lock?.Require();
        if (ReadOnlyReason is { } reason)
            throw new StoreUnavailableException(reason);
        return _suspects.Any ? new(ResolveSuspectsAsync(key)) : default;
    }

    /// <summary>Removes the doubt about failed writes. If that fails, it is noted for the key.</summary>
    /// <param name="key">The key to write or read.</param>
    async Task ResolveSuspectsAsync(string key)
    {
        try
        {
            await _suspects.ResolveAsync();
        }
        catch (StoreUnavailableException error)
        {
            throw Failed(key, error);
        }
    }

    /// <summary>Notes a failure, and returns what callers are told.</summary>
    IOException Failed(string key, Exception error)
    {
        Failures.Note(key, error);
        return PosixFile.MeansFull(error) ? Full(error)
            : error as StoreUnavailableException
                ?? new StoreUnavailableException("The disk failed while this was written. It was not stored.", error);
    }

    /// <summary>Returns the path of the file for a key, for tools that work on the folder itself.</summary>
    public string GetPath(string key)
    {
        StoreKey.Check(key);
        return Path.Combine(_root, key);
    }

    StoredObject? Stat(string key)
    {
        try
        {
            if (FileStatus.From(GetPath(key)) is { IsRegular: true } file)
                return file.ToObject(key);
        }
        catch (IOException error)
        {
            Failures.Note(key, error);
            throw;
        }
        Lock?.Require();
        return null;
    }

    static StoredObject Describe(string key, SafeFileHandle file) => FileStatus.From(file).ToObject(key);

    static StoreFullException Full(Exception error) => new("There is no room left on the disk.", error);

    /// <summary>Removes a folder and its parents as long as they are empty. Returns the first that is not.</summary>
    string RemoveEmptyFolders(string folder)
    {
        while (folder.Length > _root.Length && TryDeleteEmpty(folder))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    bool TryDeleteEmpty(string folder)
    {
        _names.Forget(folder);
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (IOException error)
        {
            if (!Directory.Exists(folder))
                return true;
            if (!PosixFile.MeansNotEmpty(error))
                Failures.Note(Path.GetRelativePath(_root, folder), error);
            return false;
        }
    }

    static void MoveInto(string from, string path)
    {
        for (var again = true; ; again = false)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.Move(from, path, overwrite: true);
                return;
            }
            catch (IOException error) when (again && PosixFile.MeansNoFolder(error))
            {
                // Between the two calls, the last other file was deleted, and the empty folder with it.
            }
        }
    }
}
