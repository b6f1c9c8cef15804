using System.Buffers.Binary;
using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>The central directory of a ZIP in a seekable stream. It is found from the end of the file and read entry
/// by entry, never as a whole. Supports ZIP64.</summary>
sealed class ZipDirectory
{
    const uint EntrySignature = 0x02014b50;
    const int EntryLength = 46;
    const long MaxDirectoryLength = 64L << 20;

    readonly Stream _stream;
    readonly ZipEnd _end;

    ZipDirectory(Stream stream, ZipEnd end, long start)
    {
        _stream = stream;
        _end = end;
        Start = start;
    }

    /// <summary>The start of the directory in the file, before which all members must end.</summary>
    public long Start { get; }

    /// <summary>The number of bytes before the ZIP, as in a self-extracting program.</summary>
    public long Prefix => Start - _end.Offset;

    /// <summary>The end of the ZIP in the file.</summary>
    public long End => _end.End;

    /// <inheritdoc cref="ZipEnd.Problem"/>
    public string? Problem => _end.Problem;

    /// <summary>Finds the directory.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, is truncated, or has a directory that is too
    /// large.</exception>
    public static ZipDirectory Open(Stream stream)
    {
        var end = ZipEnd.Find(stream);
        var (count, length, offset, directoryEnd) = (end.Count, end.Length, end.Offset, end.DirectoryEnd);
        if (count < 0 || length < 0 || offset < 0 || length > directoryEnd || offset > directoryEnd - length)
            throw new ArchiveException("The ZIP's central directory is outside the file: the file is cut off or "
            + "broken.");
        if (count > ArchiveLimits.MaxMembers || length > MaxDirectoryLength)
            throw new ArchiveException(
                $"The ZIP has {count} members in a directory of {length} bytes; at most {ArchiveLimits.MaxMembers} "
                + $"members and {MaxDirectoryLength} bytes are read.");
        var start = directoryEnd - length;
        return new ZipDirectory(stream, end, start);
    }

    /// <summary>Reads the members in directory order.</summary>
    /// <exception cref="ArchiveException">An entry is broken, or the number of entries is wrong.</exception>
    public IEnumerable<ZipEntry> ReadEntries()
    {
        var window = new BufferedRange(_stream, Start, Start + _end.Length);
        for (var i = 0L; i < _end.Count; i++)
        {
            var entry = ReadEntry(window) ?? throw Broken();
            yield return entry;
        }
        if (window.Position != Start + _end.Length)
            throw Broken();
    }

    static ArchiveException Broken() => new("The ZIP's central directory is broken.");

    ZipEntry? ReadEntry(BufferedRange window)
    {
        if (!window.TryRead(EntryLength, out var fixedPart)
            || BinaryPrimitives.ReadUInt32LittleEndian(fixedPart) != EntrySignature)
            return null;
        var system = fixedPart[5];
        var version = fixedPart[6];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        long compressedSize = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[32..]);
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[34..]);
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[40..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]);
        if (!window.TryRead(nameLength + extraLength + commentLength, out var nameAndExtra))
            return null;
        var extra = nameAndExtra.Slice(nameLength, extraLength).ToArray();
        var values = new Zip64Extra(extra);
        if (!values.TryReplace(ref size) || !values.TryReplace(ref compressedSize) || !values.TryReplace(ref offset))
            return null;
        if (offset > Start - Prefix || compressedSize > Start)
            return null;
        var rawName = nameAndExtra[..nameLength].ToArray();
        return new ZipEntry
        {
            RawName = rawName,
            Name = Decode(rawName, flags),
            System = system,
            Version = version,
            Flags = flags,
            Method = method,
            Crc = crc,
            CompressedSize = compressedSize,
            Size = size,
            Offset = offset + Prefix,
            Extra = extra,
            HasComment = commentLength > 0,
            Disk = disk,
            Mode = mode,
        };
    }

    /// <summary>Decodes UTF-8 if the member declares it or its bytes are valid UTF-8. Other encodings do not matter to
    /// an index.</summary>
    static string Decode(byte[] name, ushort flags) =>
        (flags & 0x800) != 0 || System.Text.Unicode.Utf8.IsValid(name)
            ? Encoding.UTF8.GetString(name)
            : Encoding.Latin1.GetString(name);
}

/// <summary>Reads a range of a seekable stream through one buffer. Others may move the stream's position between
/// reads.</summary>
sealed class BufferedRange(Stream stream, long start, long end)
{
    const int MaxBufferLength = 1 << 16;

    byte[] _buffer = new byte[(int)Math.Clamp(end - start, 0, MaxBufferLength)];
    long _bufferStart = start;
    int _bufferLength;

    /// <summary>The position of the next read in the stream.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Reads the next bytes, which are valid until the next call. Returns false if fewer are left.</summary>
    public bool TryRead(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count > end - Position)
            return false;
        if (Position + count > _bufferStart + _bufferLength)
            Fill(count);
        bytes = _buffer.AsSpan((int)(Position - _bufferStart), count);
        Position += count;
        return true;
    }

    void Fill(int count)
    {
        if (count > _buffer.Length)
            _buffer = new byte[count];
        _bufferStart = Position;
        _bufferLength = (int)Math.Min(_buffer.Length, end - Position);
        stream.Position = Position;
        stream.ReadExactly(_buffer.AsSpan(0, _bufferLength));
    }
}
