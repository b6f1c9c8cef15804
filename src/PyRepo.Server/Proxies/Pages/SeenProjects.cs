using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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
/// A Bloom filter, so that it never grows. No project that was added is missed. The more there are, the more often one
/// that was never there counts as seen, which only makes a refusal an error instead of an unknown name.
/// </remarks>
sealed class SeenProjects(IStore store)
{
    /// <summary>The bits that each project sets. With four, 1 % of the others are mistaken after 200,000.</summary>
    const int BitsPerProject = 4;

    const int MaxLength = ServerLimits.MaxSeenProjectsLength;

    readonly Lock _lock = new();
    readonly SemaphoreSlim _saving = new(1, 1);
    byte[]? _bits;
    long _additions;
    long _saved;
    long _due;

    /// <summary>Adds a project.</summary>
    /// <returns>The number to pass to <see cref="TrySaveAsync"/>.</returns>
    public long Add(ProjectName project)
    {
        Span<int> positions = stackalloc int[BitsPerProject];
        FindPositions(project, positions);
        lock (_lock)
        {
            _bits ??= new byte[MaxLength];
            var isNew = false;
            foreach (var position in positions)
            {
                var bit = (byte)(1 << (position % 8));
                isNew |= (_bits[position / 8] & bit) == 0;
                _bits[position / 8] |= bit;
            }
            return isNew ? ++_additions : _additions;
        }
    }

    /// <summary>Whether a project was added.</summary>
    public bool Contains(ProjectName project)
    {
        Span<int> positions = stackalloc int[BitsPerProject];
        FindPositions(project, positions);
        lock (_lock)
        {
            if (_bits is null)
                return false;
            foreach (var position in positions)
            {
                if ((_bits[position / 8] & (1 << (position % 8))) == 0)
                    return false;
            }
            return true;
        }
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
        // Another version of the server may use another length. Its bits mean other projects.
        if (content.Object.Length != MaxLength)
            return;
        var saved = await content.ReadAllAsync(cancellationToken);
        lock (_lock)
        {
            _bits ??= new byte[MaxLength];
            for (var i = 0; i < saved.Length; i++)
                _bits[i] |= saved[i];
        }
    }

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
            return ([.. _bits!], _additions);
    }

    static void FindPositions(ProjectName project, Span<int> positions)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(project.Value), hash);
        for (var i = 0; i < positions.Length; i++)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(hash[(i * sizeof(uint))..]);
            positions[i] = (int)(word % (MaxLength * 8u));
        }
    }
}
