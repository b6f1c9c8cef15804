using System.Buffers;

namespace PyRepo.Server.Platform.Caching;

/// <summary>A buffer that grows in segments, each small enough to stay off the large object heap.</summary>
sealed class SegmentedBufferWriter : IBufferWriter<byte>
{
    const int SegmentSize = 64 * 1024;
    readonly List<ReadOnlyMemory<byte>> _full = [];
    byte[] _segment = [];
    int _used;
    bool _isStopped;

    /// <summary>The number of bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Called for each number of bytes written.</summary>
    public Action<long>? Written { get; init; }

    public void Advance(int count)
    {
        if (_isStopped)
            return;
        Written?.Invoke(count);
        _used += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_segment.Length - _used < Math.Max(1, sizeHint))
        {
            CompleteSegment();
            // The first segment is small, because most pages are.
            _segment = new byte[Math.Max(sizeHint, _full.Count == 0 ? 8 * 1024 : SegmentSize)];
        }
        return _segment.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Ignores what is written from now on.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Returns the written bytes in order. Nothing may be written afterwards.</summary>
    public ReadOnlyMemory<byte>[] ToSegments()
    {
        CompleteSegment();
        return [.. _full];
    }

    void CompleteSegment()
    {
        if (_used > 0)
            _full.Add(
                _used > _segment.Length * 3 / 4 ? _segment.AsMemory(0, _used) : _segment.AsSpan(0, _used).ToArray());
        (_segment, _used) = ([], 0);
    }

    /// <summary>Returns a stream that writes to this buffer.</summary>
    public Stream AsStream() => new SegmentStream(this);

    sealed class SegmentStream(SegmentedBufferWriter writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => writer.Length;

        public override long Position
        {
            get => writer.Length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => writer.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => writer.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
