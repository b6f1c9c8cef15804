using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PyRepo.Downloads;

/// <summary>
/// Sums the lines that a query asks for: those that differ in their time alone are one row. A line is parsed if it is the
/// first of its row, or has none.
/// </summary>
sealed class DownloadRows
{
    readonly Dictionary<byte[], Row> _rows = new(LineComparer.Instance);
    readonly Dictionary<byte[], Row>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    readonly Dictionary<byte[], bool>.AlternateLookup<ReadOnlySpan<byte>> _versions =
        new Dictionary<byte[], bool>(LineComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
    readonly DownloadQuery _query;
    readonly byte[] _prefix;
    readonly byte[] _since;
    int _unknown;
    readonly byte[] _scratch = new byte[DownloadLimits.FrameLength + DownloadLimits.MaxLineLength];

    public DownloadRows(DownloadQuery query)
    {
        _lookup = _rows.GetAlternateLookup<ReadOnlySpan<byte>>();
        (_query, _prefix) = (query, DownloadLine.GetPrefix(query.Project.Value));
        _since = Encoding.ASCII.GetBytes(DownloadLine.GetTime(query.Filter.Since));
    }

    /// <summary>How many downloads were not written to the log on the days that are asked for.</summary>
    public long Lost { get; private set; }

    /// <summary>How many downloads are in no row, because there are too many.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Whether all files of that time could be read.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Adds the lines of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="oldest">The time before which lines are kept no longer.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public async Task AddAsync(DownloadFile file, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        Lost += file.Index.Lost;
        var since = Encoding.ASCII.GetBytes(DownloadLine.GetTime(oldest));
        if (since.AsSpan().SequenceCompareTo(_since) < 0)
            since = _since;
        var frames = file.Index.FindFrames(_query.Project.Value);
        await foreach (var frame in file.ReadFramesAsync(frames, cancellationToken))
            Add(frame.Span, since);
    }

    /// <summary>Returns the rows in the order of file and first download.</summary>
    public FoundDownloads ToFound() => new(
        [
            .. _rows.Values.Select(row => row.ToRow())
                .OrderBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.First, StringComparer.Ordinal),
        ],
        Lost, LeftOut, IsComplete);

    void Add(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> since)
    {
        while (frame.Length > 0)
        {
            var end = frame.IndexOf((byte)'\n');
            if (end < 0)
                throw new InvalidDataException("A line of the download log has no end.");
            if (frame.StartsWith(_prefix))
                AddLine(frame[..end], since);
            frame = frame[(end + 1)..];
        }
    }

    void AddLine(ReadOnlySpan<byte> line, ReadOnlySpan<byte> since)
    {
        var range = DownloadLine.FindTime(line);
        var time = line[range];
        if (time.SequenceCompareTo(since) < 0 || !IsMeant(line[..range.Start]))
            return;
        line[..range.Start].CopyTo(_scratch);
        line[range.End..].CopyTo(_scratch.AsSpan(range.Start.Value));
        var key = _scratch.AsSpan(0, line.Length - DownloadLine.TimeLength);
        if (_lookup.TryGetValue(key, out var row) || TryAddRow(key, line, time, out row))
            row.Add(time);
    }

    /// <summary>Whether the beginning of a line, up to its time, is of a version that is meant. It is parsed once.</summary>
    bool IsMeant(ReadOnlySpan<byte> beginning)
    {
        if (_versions.TryGetValue(beginning, out var isMeant))
            return isMeant;
        var text = $"{Encoding.UTF8.GetString(beginning)}{DownloadLine.GetTime(default)}\"}}";
        var version = DownloadLine.Parse(Encoding.UTF8.GetBytes(text)).Version;
        return _versions[beginning] = _query.Filter.IsForVersion(version);
    }

    /// <summary>Adds a row, unless the line is not meant, or there are too many.</summary>
    bool TryAddRow(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> line, ReadOnlySpan<byte> time, [NotNullWhen(true)] out Row? row)
    {
        row = null;
        var parsed = DownloadLine.Parse(line);
        if (!_query.Filter.IsForFile(parsed.Sha256))
            return false;
        var isUnknown = parsed.Caller is CallerKind.Anonymous or CallerKind.Unverified;
        if (isUnknown ? _unknown >= DownloadLimits.MaxUnknownRows : _rows.Count - _unknown >= DownloadLimits.MaxRows)
        {
            LeftOut += parsed.Part ? 0 : 1;
            return false;
        }
        _unknown += isUnknown ? 1 : 0;
        row = _rows[key.ToArray()] = new Row(parsed, time);
        return true;
    }

    sealed class Row(DownloadLine line, ReadOnlySpan<byte> time)
    {
        readonly byte[] _first = time.ToArray();
        readonly byte[] _last = time.ToArray();
        long _count;

        public void Add(ReadOnlySpan<byte> other)
        {
            _count++;
            if (other.SequenceCompareTo(_first) < 0)
                other.CopyTo(_first);
            if (other.SequenceCompareTo(_last) > 0)
                other.CopyTo(_last);
        }

        public CallerDownloads ToRow() =>
            CallerDownloads.From(line, _count, Encoding.ASCII.GetString(_first), Encoding.ASCII.GetString(_last));
    }

    /// <summary>Compares bytes by their content.</summary>
    sealed class LineComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static LineComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
