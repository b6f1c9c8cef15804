using System.Collections.Immutable;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>Writes a file of the log: frames with lines, then the index. Memory is bounded, whatever its length.</summary>
/// <param name="staged">Receives the bytes.</param>
sealed class DownloadFileWriter(StagedObject staged)
{
    readonly MemoryStream _frame = new();
    readonly ImmutableArray<int>.Builder _frames = ImmutableArray.CreateBuilder<int>();
    readonly ImmutableArray<DownloadedRelease>.Builder _releases = ImmutableArray.CreateBuilder<DownloadedRelease>();
    ReleaseCount? _release;

    /// <summary>Adds a line. Lines come in ordinal order.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        Count(line.Span);
        _frame.Write(line.Span);
        _frame.WriteByte((byte)'\n');
        if (_frame.Length >= DownloadLimits.FrameLength)
            await EndFrameAsync(cancellationToken);
    }

    /// <summary>Writes the rest. The caller commits the file.</summary>
    public async Task<DownloadFileIndex> CompleteAsync(
        TimeSpan keepFor, long lost, ImmutableArray<string> sources, CancellationToken cancellationToken)
    {
        await EndFrameAsync(cancellationToken);
        EndRelease();
        var index = new DownloadFileIndex
        {
            KeepFor = (long)keepFor.TotalSeconds,
            Lost = lost,
            Sources = sources,
            Frames = _frames.ToImmutable(),
            Releases = _releases.ToImmutable(),
        };
        await staged.AppendAsync(index.ToBytes(), cancellationToken);
        return index;
    }

    void Count(ReadOnlySpan<byte> line)
    {
        var time = line[DownloadLine.FindTime(line)];
        if (_release is null || !_release.IsOf(line))
        {
            EndRelease();
            _release = new ReleaseCount(DownloadLine.Parse(line), line, _frames.Count);
        }
        _release.Add(time, isPart: DownloadLine.IsPart(line), _frames.Count);
    }

    void EndRelease()
    {
        if (_release is not null)
            _releases.Add(_release.ToRelease());
        _release = null;
    }

    async ValueTask EndFrameAsync(CancellationToken cancellationToken)
    {
        if (_frame.Length == 0)
            return;
        var frame = Zstd.Compress(_frame.GetBuffer().AsSpan(0, (int)_frame.Length));
        await staged.AppendAsync(frame, cancellationToken);
        _frames.Add(frame.Length);
        _frame.SetLength(0);
    }

    /// <summary>Counts the lines of one release.</summary>
    sealed class ReleaseCount(DownloadLine first, ReadOnlySpan<byte> line, int frame)
    {
        readonly byte[] _prefix = line[..(line.IndexOf("\"file\":\""u8))].ToArray();
        readonly byte[] _latest = new byte[DownloadLine.TimeLength];
        long _count;
        int _last;

        public bool IsOf(ReadOnlySpan<byte> other) => other.StartsWith(_prefix);

        public void Add(ReadOnlySpan<byte> time, bool isPart, int inFrame)
        {
            _last = inFrame;
            if (time.SequenceCompareTo(_latest) > 0)
                time.CopyTo(_latest);
            if (!isPart)
                _count++;
        }

        public DownloadedRelease ToRelease() =>
            new(first.Project, first.Version, _count, System.Text.Encoding.ASCII.GetString(_latest))
            {
                First = frame,
                Last = _last,
            };
    }
}
