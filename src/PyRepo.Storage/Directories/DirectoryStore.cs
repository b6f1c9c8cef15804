using System.Globalization;
using System.IO.Enumeration;
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
        try
        {
            // Asynchronous, so that sockets can send from the handle.
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
    public async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        var bytes = (DirectoryStagedObject)staged;
        var path = PathOf(key);
        condition.Check(key, Stat(key));
        await Task.Run(bytes.Flush, cancellationToken);
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
        await _names.FlushAsync(path);
        return Describe(key, bytes.LocalFile);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var current = Stat(key);
        condition.Check(key, current);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = Append(path, bytes.Span, current?.Length);
            await Task.WhenAll(Task.Run(() => RandomAccess.FlushToDisk(file), CancellationToken.None), _names.EnsureAsync(path));
            return Describe(key, file);
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

    /// <summary>Returns the path of the file for a key, for tools that work on the folder itself.</summary>
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

    static IEnumerable<StoredObject> List(
        string folder, string keyOfFolder, string prefix, Predicate<string> skip)
    {
        var entries = KeysIn(folder, keyOfFolder, key => IsFolder(key)
            ? CanContain(key, prefix) && !skip(key)
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

    /// <summary>Returns the wanted keys in a folder, in order. The keys of folders end with a slash.</summary>
    /// <remarks>
    /// Adoption scans every few seconds. An unwanted entry costs only one short string, and no call to the kernel.
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
            // The folder has been removed since it was listed.
        }
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    static bool IsFolder(string key) => key.EndsWith('/');

    static bool CanContain(string folderKey, string prefix) =>
        folderKey.StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(folderKey, StringComparison.Ordinal);

    static bool MeansAbsent(Exception error, string path) =>
        error is FileNotFoundException or DirectoryNotFoundException
        || (error is UnauthorizedAccessException && Directory.Exists(path));
}
