using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The projects that upstream once had, also after their pages were evicted. While upstream refuses to show one of
/// them, it must not seem to be gone: a group would ask its next member for it.
/// </summary>
/// <remarks>
/// Bloom filters, each twice as long as the one before, which is full: for the 200,000 projects of a usual proxy there is
/// one of 256 KiB, and for a mirror of a million there are three. No project that was added is missed. Of those that
/// were never there, 1 % a filter count as seen, which only makes a refusal an error instead of an unknown name. The
/// last filter never counts as full; beyond 6,200,000 projects, more are mistaken.
/// </remarks>
sealed class SeenProjects(IStore store)
{
    /// <summary>The length of the first filter. An earlier server had no other, and ignores what is longer.</summary>
    const int FirstLength = 256 << 10;

    const int MaxLength = ServerLimits.MaxSeenProjectsLength;

    readonly Lock _lock = new();
    readonly SemaphoreSlim _saving = new(1, 1);
    readonly List<NameFilter> _filters = [];

    /// <summary>The length of all filters.</summary>
    int _length;

    long _additions;
    long _saved;
    long _due;

    /// <summary>Adds a project.</summary>
    /// <returns>The number to pass to <see cref="TrySaveAsync"/>.</returns>
    public long Add(ProjectName project)
    {
        var digest = NameFilter.GetDigest(project);
        lock (_lock)
        {
            if (_filters.Exists(filter => filter.Contains(digest)))
                return _additions;
            if (_filters.Count == 0 || (_filters[^1].IsFull && _length < MaxLength))
                AddFilter();
            _filters[^1].Add(digest);
            return ++_additions;
        }
    }

    /// <summary>Whether a project was added.</summary>
    public bool Contains(ProjectName project)
    {
        var digest = NameFilter.GetDigest(project);
        lock (_lock)
            return _filters.Exists(filter => filter.Contains(digest));
    }

    /// <summary>
    /// Saves the projects, unless this one has been saved. If that fails, <see cref="SaveDueAsync"/> does it later.
    /// </summary>
    /// <param name="addition">The result of <see cref="Add"/> for the project.</param>
    public async Task TrySaveAsync(long addition)
    {
        try
        {
            await SaveAsync(addition);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is due.
        }
    }

    /// <summary>Saves the projects that could not be saved when they had to be, if there is room by now.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public async Task SaveDueAsync()
    {
        try
        {
            await SaveAsync(Volatile.Read(ref _due));
        }
        catch (StoreFullException)
        {
            // It stays due.
        }
    }

    /// <summary>Adds the projects that were saved.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.SeenProjects, cancellationToken);
        if (content is not null)
            await MergeAsync(content, cancellationToken);
    }

    /// <summary>Adds what is saved, and returns the condition that it is still that.</summary>
    async Task<WriteCondition> MergeSavedAsync()
    {
        await using var content = await store.OpenAsync(StorageLayout.SeenProjects, CancellationToken.None);
        if (content is null)
            return WriteCondition.Absent;
        await MergeAsync(content, CancellationToken.None);
        return WriteCondition.Match(content.Object.Version);
    }

    async Task MergeAsync(StoredContent content, CancellationToken cancellationToken)
    {
        // Another version of the server may use other lengths. Its bits mean other projects.
        if (content.Object.Length is var length && !IsLength(length))
            return;
        ReadOnlyMemory<byte> saved = await content.ReadAllAsync(cancellationToken);
        lock (_lock)
        {
            while (_length < length)
                AddFilter();
            foreach (var filter in _filters)
            {
                if (saved.IsEmpty)
                    break;
                filter.Merge(saved.Span[..filter.Bits.Length]);
                saved = saved[filter.Bits.Length..];
            }
        }
    }

    void AddFilter()
    {
        var next = FirstLength << _filters.Count;
        _filters.Add(new NameFilter(next));
        _length += next;
    }

    /// <summary>Whether some number of filters has a length together.</summary>
    static bool IsLength(long length) =>
        length is > 0 and <= MaxLength && length % FirstLength == 0 && long.IsPow2((length / FirstLength) + 1);

    async Task SaveAsync(long addition)
    {
        await _saving.WaitAsync();
        try
        {
            if (addition <= _saved)
                return;
            Volatile.Write(ref _due, Math.Max(_due, addition));
            // Other replicas add theirs.
            var condition = store.Traits.IsLocal ? WriteCondition.None : await MergeSavedAsync();
            var (bits, additions) = Copy();
            await using var staged = await store.StageAsync(bits.Length, CancellationToken.None);
            await staged.AppendAsync(bits, CancellationToken.None);
            await CommitAsync(staged, condition);
            _saved = additions;
        }
        finally
        {
            _saving.Release();
        }
    }

    async Task CommitAsync(StagedObject staged, WriteCondition condition)
    {
        try
        {
            await store.CommitAsync(staged, StorageLayout.SeenProjects, condition, CancellationToken.None);
        }
        catch (PreconditionFailedException)
        {
            throw new IOException("Another replica saved the projects it has seen at the same time.");
        }
    }

    (byte[] Bits, long Additions) Copy()
    {
        lock (_lock)
        {
            var bits = new byte[_length];
            var rest = bits.AsSpan();
            foreach (var filter in _filters)
            {
                filter.Bits.CopyTo(rest);
                rest = rest[filter.Bits.Length..];
            }
            return (bits, _additions);
        }
    }
}
