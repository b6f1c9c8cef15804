namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// The bytes of a download that are not stored, from the one that its slowest reader wants next. There is room for few:
/// the download waits until they have been read.
/// </summary>
/// <param name="start">The offset of the first byte.</param>
/// <param name="capacity">The number of bytes that it holds at most.</param>
sealed class PassingWindow(long start, int capacity)
{
    readonly Lock _lock = new();
    readonly byte[] _ring = new byte[capacity];
    TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _start = start;
    long _end = start;

    /// <summary>The offset after the last byte that has arrived.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Adds as many bytes as there is room for, and returns how many.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var added = (int)Math.Min(bytes.Length, capacity - (_end - _start));
            for (var left = bytes[..added]; left.Length > 0;)
            {
                var at = (int)(_end % capacity);
                var part = Math.Min(left.Length, capacity - at);
                left[..part].CopyTo(_ring.AsSpan(at));
                left = left[part..];
                Volatile.Write(ref _end, _end + part);
            }
            return added;
        }
    }

    /// <summary>Reads bytes that have arrived.</summary>
    /// <exception cref="IOException">They are gone.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        lock (_lock)
        {
            if (offset < _start)
                throw new IOException("These bytes were passed on and not stored.");
            var at = (int)(offset % capacity);
            var read = (int)Math.Min(Math.Min(buffer.Length, _end - offset), capacity - at);
            _ring.AsSpan(at, read).CopyTo(buffer);
            return read;
        }
    }

    /// <summary>Drops the bytes before an offset, which nobody will read any more.</summary>
    public void DropBefore(long offset)
    {
        lock (_lock)
        {
            var next = Math.Min(offset, _end);
            if (next <= _start)
                return;
            Volatile.Write(ref _start, next);
            _room.TrySetResult();
        }
    }

    /// <summary>Waits until there is room.</summary>
    public Task RoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_end - _start < capacity)
                return Task.CompletedTask;
            if (_room.Task.IsCompleted)
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }
}
