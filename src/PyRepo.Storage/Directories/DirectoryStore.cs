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

    /// <summary>Opens the store, and creates the folder if absent.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public DirectoryStore(string root)
    {
        _root = Path.GetFullPath(root);
        _staging = Path.Combine(_root, StagingFolder);
        _names = DurableNames.CreateIn(_root);
    }

    /// <inheritdoc/>
    public StoreTraits Traits { get; } = new(IsLocal: true, AppendsInPlace: true, HonorsConditions: true);

    /// <summary>
    /// The lock of the process, if it has one. From then on, the store fails if the folder is removed or replaced.
    /// </summary>
    public DirectoryLock? Lock { get; set; }

    /// <inheritdoc/>
    public ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken)
    {
        if (DirectoryLock.TryTake(_root) is not { } taken)
        {
            var holder = DirectoryLock.HolderOf(_root);
            return new(new LeaseAttempt(null, holder is null ? "another process" : $"the process {holder}"));
        }
        Lock = taken;
        return new(new LeaseAttempt(new DirectoryLease(taken), null));
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
    public ValueTask<long?> GetCapacityAsync(CancellationToken cancellationToken) =>
        new(new DriveInfo(_root).TotalSize);

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
    public ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => new(Stat(key));

    /// <inheritdoc/>
    public ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        if (RegularFile.Open(PathOf(key), out var status) is { } file)
            return new(new DirectoryContent(status.ToObject(key), file));
        // If the whole folder is gone, nothing is known about the object.
        Lock?.Require();
        return new((StoredContent?)null);
    }

    /// <inheritdoc/>
    public ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = Path.Combine(_staging, Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(_staging);
            return new(new DirectoryStagedObject(path, expectedLength) { Key = key });
        }
        catch (IOException error) when (PosixFile.MeansFull(error)
            || (expectedLength is not null && PosixFile.MeansNotReserved(error)))
        {
            if (File.Exists(path))
                File.Delete(path);
            throw Full(error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var bytes = (DirectoryStagedObject)staged;
        var path = PathOf(key);
        condition.Check(key, Stat(key));
        if (bytes.Durability is CommitDurability.BytesFirst)
            await bytes.FlushAsync();
        else
            bytes.Truncate();
        try
        {
            MoveInto(bytes.Path, path);
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw Full(error);
        }
        bytes.Committed = true;
        switch (bytes.Durability)
        {
            case CommitDurability.BytesFirst:
                await _names.FlushAsync(path);
                break;
            case CommitDurability.BytesWithKey:
                await FlushWithKeyAsync(bytes, path);
                break;
        }
        return Describe(key, bytes.LocalFile);
    }

    /// <summary>Makes bytes and the names that lead to them durable, or removes both.</summary>
    async Task FlushWithKeyAsync(DirectoryStagedObject bytes, string path)
    {
        try
        {
            await Task.WhenAll(bytes.FlushAsync(), _names.FlushAsync(path));
        }
        catch
        {
            File.Delete(path);
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = PathOf(key);
        var current = Stat(key);
        condition.Check(key, current);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = Append(path, bytes.Span, current?.Length);
            await Task.WhenAll(
                FlushThreads.Shared.RunAsync(() => RandomAccess.FlushToDisk(file)), _names.EnsureAsync(path));
            return Describe(key, file);
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            throw Full(error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryOverwriteAsync(
        string key, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Lock?.Require();
        if (Stat(key) is not { } current || offset > current.Length - bytes.Length)
            return false;
        try
        {
            using var file = File.OpenHandle(
                PathOf(key), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, bytes.Span, offset);
            await FlushThreads.Shared.RunAsync(() => RandomAccess.FlushToDisk(file));
            return true;
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            throw Full(error); // A file system that copies on each write needs space for it.
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<string>? skip, Action<SkippedEntry>? skipped,
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
    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await FlushThreads.Shared.RunAsync(() => PosixFile.FlushFileSystem(_root));

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = PathOf(key);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        var folder = RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        await _names.FlushFolderAsync(folder);
        return true;
    }

    /// <summary>Returns the path of the file for a key, for tools that work on the folder itself.</summary>
    public string PathOf(string key)
    {
        StoreKey.Check(key);
        return Path.Combine(_root, key);
    }

    StoredObject? Stat(string key)
    {
        if (FileStatus.Of(PathOf(key)) is { IsRegular: true } file)
            return file.ToObject(key);
        Lock?.Require();
        return null;
    }

    static StoredObject Describe(string key, SafeFileHandle file) => FileStatus.Of(file).ToObject(key);

    static StoreFullException Full(IOException error) => new("There is no room left on the disk.", error);

    /// <summary>Appends all of the bytes to a file, or leaves the file as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="length">The length of the file, or null if it does not exist.</param>
    static SafeFileHandle Append(string path, ReadOnlySpan<byte> bytes, long? length)
    {
        // A new file is never created through a link.
        var file = File.OpenHandle(
            path, length is null ? FileMode.CreateNew : FileMode.Open, FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.Write(file, bytes, length ?? 0);
            return file;
        }
        catch (IOException)
        {
            if (length is { } before)
                RandomAccess.SetLength(file, before);
            else
                File.Delete(path);
            file.Dispose();
            throw;
        }
    }

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
        catch (IOException)
        {
            return !Directory.Exists(folder);
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
            catch (DirectoryNotFoundException) when (again)
            {
                // Between the two calls, the last other file was deleted, and the empty folder with it.
            }
        }
    }
}
