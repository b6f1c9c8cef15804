using System.Globalization;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads the members of a tar archive from a stream, one after the other: ustar, GNU long names, pax paths
/// and sizes. Data that the caller does not read is skipped.</summary>
sealed class TarReader(Stream stream)
{
    const int MaxExtensionLength = 1 << 20;

    readonly byte[] _block = new byte[TarHeader.Length];
    readonly byte[] _scratch = new byte[1 << 16];
    long _unread;
    long _padding;

    /// <summary>Reads the next member. Returns null at the end of the archive.</summary>
    /// <exception cref="ArchiveException">The archive is truncated, or is not a tar.</exception>
    public TarMember? Next()
    {
        string? longPath = null;
        string? longLink = null;
        long? paxSize = null;
        while (ReadHeader() is { } member)
        {
            _unread = paxSize is { } size && member.Type is not ('x' or 'g' or 'L' or 'K') ? size : member.Size;
            _padding = (TarHeader.Length - _unread % TarHeader.Length) % TarHeader.Length;
            switch (member.Type)
            {
                case 'L':
                    longPath = TarHeader.ReadText(ReadExtension());
                    break;
                case 'K':
                    longLink = TarHeader.ReadText(ReadExtension());
                    break;
                case 'x':
                    ReadPax(ReadExtension(), ref longPath, ref longLink, ref paxSize);
                    break;
                case 'g':
                    break;
                default:
                    return member with
                    {
                        Path = longPath ?? member.Path,
                        LinkTarget = longLink ?? member.LinkTarget,
                        Size = _unread,
                    };
            }
        }
        return null;
    }

    /// <summary>Reads the data of the member that <see cref="Next"/> returned.</summary>
    public byte[] ReadData()
    {
        var data = new byte[_unread];
        Fill(data);
        _unread = 0;
        return data;
    }

    TarMember? ReadHeader()
    {
        Skip();
        var length = stream.ReadAtLeast(_block, _block.Length, throwOnEndOfStream: false);
        if (length == 0 || (length == _block.Length && !_block.AsSpan().ContainsAnyExcept((byte)0)))
            return null;
        if (length < _block.Length)
            throw CutOff();
        return TarHeader.Read(_block) ?? throw new ArchiveException("The archive is not a tar, or is broken.");
    }

    void Skip()
    {
        for (var left = _unread + _padding; left > 0;)
        {
            var length = stream.Read(_scratch, 0, (int)Math.Min(left, _scratch.Length));
            left -= length == 0 ? throw CutOff() : length;
        }
        (_unread, _padding) = (0, 0);
    }

    byte[] ReadExtension() => _unread <= MaxExtensionLength
        ? ReadData()
        : throw new ArchiveException($"A name in the tar has {_unread} bytes; at most {MaxExtensionLength} are "
        + "allowed.");

    void Fill(byte[] data)
    {
        if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            throw CutOff();
    }

    /// <summary>Reads records <c>length key=value\n</c>, in which the length includes itself
    /// (<see href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX pax</see>).</summary>
    static void ReadPax(ReadOnlySpan<byte> records, ref string? path, ref string? link, ref long? size)
    {
        while (records.IndexOf((byte)' ') is > 0 and var blank
            && int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length > blank && length <= records.Length)
        {
            var record = records[(blank + 1)..length].TrimEnd((byte)'\n');
            records = records[length..];
            if (record.StartsWith("path="u8))
                path = TarHeader.ReadText(record[5..]);
            else if (record.StartsWith("linkpath="u8))
                link = TarHeader.ReadText(record[9..]);
            else if (record.StartsWith("size="u8) && long.TryParse(
                record[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                size = number;
        }
    }

    static ArchiveException CutOff() => new("The tar archive is cut off before its end.");
}
