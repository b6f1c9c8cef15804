namespace PyRepo.Storage.Directories;

/// <summary>
/// Makes the names of files and folders durable, and remembers which ones are. A file survives a power cut only if its
/// name and the names of all folders above it do.
/// </summary>
/// <remarks>
/// That a folder exists does not mean that its name is durable: another thread may have created it just now, or a
/// process that was killed before it could flush.
/// </remarks>
sealed class DurableNames
{
    const int MaxRemembered = 10_000;
    readonly RecentSet<string> _durable = new(MaxRemembered, StringComparer.Ordinal);
    readonly Dictionary<string, Task> _waiting = new(StringComparer.Ordinal);
    readonly string _root;
    long _failures;

    DurableNames(string root) => _root = root;

    /// <summary>
    /// The number of flushes that failed. The kernel reports an error once: who made a name before one failed cannot
    /// rely on a flush that succeeds after it.
    /// </summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Creates the folder of a store if absent, and makes its name durable.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static DurableNames CreateIn(string root)
    {
        var created = new List<string> { root };
        while (Path.GetDirectoryName(created[^1]) is { } above && !Directory.Exists(above))
            created.Add(above);
        Directory.CreateDirectory(root);
        foreach (var parent in created.Select(Path.GetDirectoryName).OfType<string>())
        {
            try
            {
                DiskFlush.FlushFolder(parent);
            }
            catch (UnauthorizedAccessException)
            {
                // Whoever gave this process a folder in one that it may not read has made its name durable.
            }
        }
        return new DurableNames(root);
    }

    /// <summary>Makes a new name in a folder durable, together with the names of the folders above it.</summary>
    /// <param name="path">The name.</param>
    /// <param name="failures">How many flushes had failed before it was made.</param>
    public async Task FlushAsync(string path, long failures)
    {
        var folders = new List<string>(4);
        for (var named = path; ;)
        {
            folders.Add(named = Path.GetDirectoryName(named)!);
            if (named.Length <= _root.Length || _durable.Contains(named))
                break;
        }
        await Task.WhenAll(folders.Select(folder => FlushFolderAsync(folder, failures)));
        foreach (var folder in folders.Where(folder => folder.Length > _root.Length))
            _durable.Add(folder);
    }

    /// <summary>Makes a name durable, unless it already is.</summary>
    /// <inheritdoc cref="FlushAsync"/>
    public async Task EnsureAsync(string path, long failures)
    {
        if (_durable.Contains(path))
            return;
        await FlushAsync(path, failures);
        _durable.Add(path);
    }

    /// <summary>
    /// Makes it durable that a name is there, or that it is not: flushes the folders of the path that exist.
    /// </summary>
    public Task FlushNearestAsync(string path)
    {
        var named = path;
        while (!Directory.Exists(Path.GetDirectoryName(named)) && named.Length > _root.Length)
            named = Path.GetDirectoryName(named)!;
        _durable.Clear();
        return FlushAsync(named, Failures);
    }

    /// <summary>Makes what was done to a folder's names durable.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="failures">How many flushes had failed before it was done.</param>
    public async Task FlushFolderAsync(string folder, long failures)
    {
        await FlushFolderAsync(folder);
        if (Failures != failures)
            throw new IOException($"While '{folder}' was flushed, another flush failed, maybe of the same names.");
    }

    /// <summary>Flushes a folder. Those who ask before the flush begins share it.</summary>
    Task FlushFolderAsync(string folder)
    {
        var flushed = new TaskCompletionSource();
        Action flush = () => Flush(folder);
        lock (_waiting)
        {
            if (_waiting.TryGetValue(folder, out var shared))
                return shared;
            _waiting[folder] = flushed.Task;
        }
        // Not in the lock: the flush may run here.
        _ = CompleteAsync(folder, flush, flushed);
        return flushed.Task;
    }

    async Task CompleteAsync(string folder, Action flush, TaskCompletionSource flushed)
    {
        try
        {
            await FlushThreads.Shared.RunAsync(flush);
            flushed.SetResult();
        }
        catch (Exception error)
        {
            // Where not even a thread could be had, the flush has not begun: nobody else is to share it.
            lock (_waiting)
            {
                if (_waiting.GetValueOrDefault(folder) == flushed.Task)
                    _waiting.Remove(folder);
            }
            flushed.SetException(error);
        }
    }

    /// <summary>Call this before a file or a folder is removed, because it may be created again.</summary>
    public void Forget(string path) => _durable.Remove(path);

    void Flush(string folder)
    {
        // What is named from here on may come too late for this flush.
        lock (_waiting)
            _waiting.Remove(folder);
        try
        {
            DiskFlush.FlushFolder(folder);
        }
        catch (Exception error) when (error is not DirectoryNotFoundException)
        {
            Interlocked.Increment(ref _failures);
            throw;
        }
    }
}
