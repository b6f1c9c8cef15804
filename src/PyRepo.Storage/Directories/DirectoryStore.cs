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

    /// <summary>Opens the store, and creates the folder if absent.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public DirectoryStore(string root)
    {
        _root = Path.GetFullPath(root);
        _staging = Path.Combine(_root, StagingFolder);
        Directory.CreateDirectory(_root);
    }

    /// <summary>
    /// The lock of the process, if it has one. From then on, the store fails if the folder is removed or replaced.
    /// </summary>
    public DirectoryLock? Lock { get; set; }

    /// <summary>Removes files staged by a process that was killed. Only the owner of the lock may call this.</summary>
    public void RemoveLeftovers()
    {
        if (Directory.Exists(_staging))
            Directory.Delete(_staging, recursive: true);
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
    public ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = Path.Combine(_staging, Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(_staging);
            return new(new DirectoryStagedObject(path, expectedLength));
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            if (File.Exists(path))
                File.Delete(path);
            throw Full(error);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Written> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var bytes = (DirectoryStagedObject)staged;
        var path = PathOf(key);
        condition.Check(key, Stat(key));
        bytes.Trim();
        string? createdIn;
        try
        {
            createdIn = MoveInto(bytes.Path, path);
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw Full(error);
        }
        bytes.Committed = true;
        // A separate handle, because the owner of the staged object may dispose its handle before the flush ends.
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new(new Written(Describe(key, file), FlushAsync(file, path, createdIn)));
    }

    /// <inheritdoc/>
    public ValueTask<Written> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = PathOf(key);
        var current = Stat(key);
        condition.Check(key, current);
        try
        {
            var createdIn = CreateFolderOf(path);
            var file = Append(path, bytes.Span, current?.Length);
            return new(new Written(Describe(key, file), FlushAsync(file, current is null ? path : null, createdIn)));
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            throw Full(error);
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
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Lock?.Require();
        var path = PathOf(key);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        var folder = RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        await Task.Run(() => PosixFile.FlushDirectory(folder), cancellationToken);
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

    /// <summary>
    /// Creates the folders above a file, and returns the folder in which the first new one was created.
    /// </summary>
    string? CreateFolderOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        string? createdIn = null;
        for (var above = folder; above.Length > _root.Length && !Directory.Exists(above);)
            createdIn = above = Path.GetDirectoryName(above)!;
        if (createdIn is not null)
            Directory.CreateDirectory(folder);
        return createdIn;
    }

    static StoreFullException Full(IOException error) => new("There is no room left on the disk.", error);

    /// <summary>Appends all of the bytes to a file, or leaves the file as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="length">The length of the file, or null if it does not exist.</param>
    static SafeFileHandle Append(string path, ReadOnlySpan<byte> bytes, long? length)
    {
        var file =
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
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

    static bool TryDeleteEmpty(string folder)
    {
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

    string? MoveInto(string from, string path)
    {
        for (var again = true; ; again = false)
        {
            var createdIn = CreateFolderOf(path);
            try
            {
                File.Move(from, path, overwrite: true);
                return createdIn;
            }
            catch (DirectoryNotFoundException) when (again)
            {
                // Between the two calls, the last other file was deleted, and the empty folder with it.
            }
        }
    }

    /// <summary>
    /// Flushes a file, its folder, and each parent folder up to the one in which a folder was created.
    /// </summary>
    static Task FlushAsync(SafeFileHandle file, string? named, string? createdIn)
    {
        var flushes = new List<Task>(3) { Task.Run(() => FlushAndClose(file)) };
        if (named is not null)
        {
            for (var folder = Path.GetDirectoryName(named)!; ; folder = Path.GetDirectoryName(folder)!)
            {
                var path = folder;
                flushes.Add(Task.Run(() => PosixFile.FlushDirectory(path)));
                if (createdIn is null || folder == createdIn)
                    break;
            }
        }
        return Task.WhenAll(flushes);
    }

    static void FlushAndClose(SafeFileHandle file)
    {
        using (file)
            RandomAccess.FlushToDisk(file);
    }
}
