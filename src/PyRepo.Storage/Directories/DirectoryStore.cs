using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// A store in a folder: a key is a path below it. Names at its root that begin with a dot are the store's own.
/// </summary>
/// <remarks>
/// Writers must hold the <see cref="DirectoryLock"/>; within the process, writes to one key must not overlap.
/// Staged bytes lie in <c>.staging</c>, so that a commit is one rename within the file system.
/// </remarks>
public sealed class DirectoryStore : IStore
{
    const string StagingFolder = ".staging";
    readonly string _root;
    readonly string _staging;

    /// <summary>Opens the store; the folder is made when absent.</summary>
    /// <exception cref="IOException">The folder can't be made.</exception>
    public DirectoryStore(string root)
    {
        _root = Path.GetFullPath(root);
        _staging = Path.Combine(_root, StagingFolder);
        Directory.CreateDirectory(_root);
    }

    /// <summary>Removes what a process that was killed had staged. Only for the holder of the lock.</summary>
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
        try
        {
            // Asynchronous, so that sockets can send from it.
            var file = File.OpenHandle(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous);
            return new(new DirectoryContent(Describe(key, file), file));
        }
        catch (Exception error) when (MeansAbsent(error, PathOf(key)))
        {
            return new((StoredContent?)null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken)
    {
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
        var bytes = (DirectoryStagedObject)staged;
        var path = PathOf(key);
        condition.Check(key, Stat(key));
        bytes.Trim();
        string? madeIn;
        try
        {
            madeIn = MoveInto(bytes.Path, path);
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            throw Full(error);
        }
        bytes.Committed = true;
        // The handle outlives the staged object's, whose owner may dispose it before the flush ends.
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new(new Written(Describe(key, file), FlushAsync(file, path, madeIn)));
    }

    /// <inheritdoc/>
    public ValueTask<Written> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var current = Stat(key);
        condition.Check(key, current);
        try
        {
            var madeIn = MakeFolderOf(path);
            var file = Append(path, bytes.Span, current?.Length);
            return new(new Written(Describe(key, file), FlushAsync(file, current is null ? path : null, madeIn)));
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            throw Full(error);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<string>? skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var found in List(_root, "", prefix, skip ?? (static _ => false)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        var folder = RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        await Task.Run(() => PosixFile.FlushDirectory(folder), cancellationToken);
        return true;
    }

    /// <summary>The file that holds a key; for tools that work on the folder itself.</summary>
    public string PathOf(string key)
    {
        StoreKey.Check(key);
        return Path.Combine(_root, key);
    }

    StoredObject? Stat(string key)
    {
        var file = new FileInfo(PathOf(key));
        return file.Exists ? Describe(key, file) : null;
    }

    static StoredObject Describe(string key, FileInfo file) => Describe(key, file.Length, file.LastWriteTimeUtc);

    static StoredObject Describe(string key, SafeFileHandle file) =>
        Describe(key, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));

    static StoredObject Describe(string key, long length, DateTime modified) => new(
        key, length, new VersionTag(string.Create(CultureInfo.InvariantCulture, $"{length:x}-{modified.Ticks:x}")),
        new DateTimeOffset(modified, TimeSpan.Zero));

    /// <summary>Makes the folders above a file; returns the folder in which the first new one was made.</summary>
    string? MakeFolderOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        string? madeIn = null;
        for (var above = folder; above.Length > _root.Length && !Directory.Exists(above);)
            madeIn = above = Path.GetDirectoryName(above)!;
        if (madeIn is not null)
            Directory.CreateDirectory(folder);
        return madeIn;
    }

    static StoreFullException Full(IOException error) => new("There is no room left on the disk.", error);

    /// <summary>Writes all of the bytes at the end of a file, or leaves it as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="length">How long the file is; null: it is not there.</param>
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

    /// <summary>Removes a folder and those above it while they are empty; returns the first that is not.</summary>
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
            var madeIn = MakeFolderOf(path);
            try
            {
                File.Move(from, path, overwrite: true);
                return madeIn;
            }
            catch (DirectoryNotFoundException) when (again)
            {
                // A deletion of the last file beside it took the empty folder away between the two calls.
            }
        }
    }

    /// <summary>
    /// Flushes a file, the folder that names it, and each folder above up to the one in which one was made.
    /// </summary>
    static Task FlushAsync(SafeFileHandle file, string? named, string? madeIn)
    {
        var flushes = new List<Task>(3) { Task.Run(() => FlushAndClose(file)) };
        if (named is not null)
        {
            for (var folder = Path.GetDirectoryName(named)!; ; folder = Path.GetDirectoryName(folder)!)
            {
                var path = folder;
                flushes.Add(Task.Run(() => PosixFile.FlushDirectory(path)));
                if (madeIn is null || folder == madeIn)
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

    static IEnumerable<StoredObject> List(
        string folder, string keyOfFolder, string prefix, Predicate<string> skip)
    {
        var entries = KeysIn(folder, keyOfFolder, key => IsFolder(key)
            ? CanHold(key, prefix) && !skip(key)
            : key.StartsWith(prefix, StringComparison.Ordinal));
        foreach (var key in entries)
        {
            var path = Path.Combine(folder, key[keyOfFolder.Length..].TrimEnd('/'));
            if (!IsFolder(key))
            {
                var file = new FileInfo(path);
                if (file.Exists)
                    yield return Describe(key, file);
                continue;
            }
            foreach (var below in List(path, key, prefix, skip))
                yield return below;
        }
    }

    /// <summary>The keys in a folder that are wanted, in order; those of folders end with a slash.</summary>
    /// <remarks>
    /// Adoption looks every few seconds: what is not wanted costs one short string, and no call to the kernel.
    /// </remarks>
    static List<string> KeysIn(string folder, string keyOfFolder, Predicate<string> isWanted)
    {
        var keys = new List<string>();
        try
        {
            var found = new FileSystemEnumerable<string>(
                folder,
                (ref FileSystemEntry entry) => string.Concat(keyOfFolder, entry.FileName, entry.IsDirectory ? "/" : ""),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName[0] != '.',
            };
            keys.AddRange(found.Where(key => isWanted(key)));
        }
        catch (DirectoryNotFoundException)
        {
            // It was removed since it was listed.
        }
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    static bool IsFolder(string key) => key.EndsWith('/');

    static bool CanHold(string folderKey, string prefix) =>
        folderKey.StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(folderKey, StringComparison.Ordinal);

    static bool MeansAbsent(Exception error, string path) =>
        error is FileNotFoundException or DirectoryNotFoundException
        || (error is UnauthorizedAccessException && Directory.Exists(path));
}
