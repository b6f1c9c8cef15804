using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// Bytes on their way to a bucket. They are in a local file, and full parts of a large one already travel.
/// </summary>
sealed class BucketStagedObject(IBucketClient client, SafeFileHandle file, string? name) : StagedObject
{
    readonly List<Task<string>> _parts = [];
    readonly CancellationTokenSource _discarded = new();
    string? _name = name;
    Task<string>? _upload;
    long _length;
    bool _committed;

    public override long Length => Volatile.Read(ref _length);

    public override SafeFileHandle LocalFile => file;

    /// <summary>All of the bytes.</summary>
    public BucketBody Body => new(file, 0, _length);

    public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ScratchFolder.Write(file, bytes.Span, _length);
        Volatile.Write(ref _length, _length + bytes.Length);
        if (_name is not null)
            StartParts(_name);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends what has not been sent, and makes the object visible.</summary>
    /// <param name="name">The object.</param>
    /// <param name="condition">The condition, as the service takes it.</param>
    /// <param name="conditions">How it takes them, or null if that was not tried.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public async Task<StoredObject> CommitAsync(
        string name, WriteCondition condition, ConditionSupport? conditions, CancellationToken cancellationToken)
    {
        if (condition.Version is not null && conditions is { HoldsForParts: false })
            return await CommitWholeAsync(name, condition, cancellationToken);
        if (name != _name)
        {
            await AbandonAsync();
            _name = name;
            StartParts(name);
        }
        if (_upload is null)
        {
            var written = await client.PutAsync(name, Body, condition, cancellationToken);
            _committed = true;
            return written;
        }
        var parts = await FinishPartsAsync(name, cancellationToken);
        var sent = parts.Length * (long)client.PartLength;
        var completed = await client.CompleteUploadAsync(
            name, await _upload, parts, new BucketBody(file, sent, _length - sent), condition, cancellationToken);
        _committed = true;
        return completed;
    }

    /// <summary>Sends all in one request: the service honors conditions for those only.</summary>
    async Task<StoredObject> CommitWholeAsync(
        string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        await AbandonAsync();
        _name = null;
        var written = await client.PutAsync(name, Body, condition, cancellationToken);
        _committed = true;
        return written;
    }

    /// <summary>Waits for the parts. If one fails, all are sent again for the next attempt.</summary>
    async Task<string[]> FinishPartsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAll(_parts).WaitAsync(cancellationToken);
        }
        catch (BucketException)
        {
            await AbandonAsync();
            StartParts(name);
            throw;
        }
    }

    /// <summary>Called when the object was found to be visible although its commit failed.</summary>
    public void MarkCommitted() => _committed = true;

    public override async ValueTask DisposeAsync()
    {
        await _discarded.CancelAsync();
        await AbandonAsync();
        _discarded.Dispose();
        file.Dispose();
    }

    /// <summary>Starts to send the parts that are full. One byte at least is left for the last one.</summary>
    void StartParts(string name)
    {
        while ((_parts.Count + 1L) * client.PartLength < _length)
        {
            _upload ??= client.BeginUploadAsync(name, _discarded.Token);
            _parts.Add(SendPartAsync(
                name, _upload, _parts.Count,
                _parts.Count < client.MaxConcurrentParts ? null : _parts[_parts.Count - client.MaxConcurrentParts]));
        }
    }

    /// <param name="name">The object.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="index">The index of the part.</param>
    /// <param name="before">The part that has to be sent first, so that few travel at once, and in order.</param>
    async Task<string> SendPartAsync(string name, Task<string> upload, int index, Task<string>? before)
    {
        await Task.Yield();
        if (before is not null)
            await before;
        var body = new BucketBody(file, index * (long)client.PartLength, client.PartLength);
        return await client.PutPartAsync(name, await upload, index + 1, body, _discarded.Token);
    }

    /// <summary>Discards the parts that were sent. What remains is removed later, with other leftovers.</summary>
    async Task AbandonAsync()
    {
        await ((Task)Task.WhenAll(_parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _parts.Clear();
        var (upload, name) = (_upload, _name);
        _upload = null;
        if (upload is null || _committed)
            return;
        try
        {
            await client.AbortUploadAsync(name!, await upload, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // It is among the leftovers.
        }
    }
}

/// <summary>The bytes of a request: either in memory, or a section of a local file. They can be read again.</summary>
public readonly record struct BucketBody
{
    readonly ReadOnlyMemory<byte> _bytes;
    readonly SafeFileHandle? _file;
    readonly long _offset;

    /// <summary>Bytes in memory.</summary>
    public BucketBody(ReadOnlyMemory<byte> bytes) => (_bytes, Length) = (bytes, bytes.Length);

    /// <summary>A section of a file.</summary>
    public BucketBody(SafeFileHandle file, long offset, long length) =>
        (_file, _offset, Length) = (file, offset, length);

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the bytes are in memory.</summary>
    public bool IsInMemory => _file is null;

    /// <summary>Returns the bytes: those in memory themselves, or a copy of those in a file.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        if (_file is null)
            return _bytes;
        var bytes = new byte[Length];
        using var stream = Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Opens a stream of the bytes. Its position 0 is the first one.</summary>
    public Stream Open()
    {
        if (_file is not null)
            return new FileSectionStream(_file, _offset, _offset + Length);
        return MemoryMarshal.TryGetArray(_bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(_bytes.ToArray(), writable: false);
    }
}
