using System.Buffers.Binary;
using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>The central directory of a ZIP in a seekable stream. It is found from the end of the file and read entry
/// by entry, never as a whole. Supports ZIP64.</summary>
sealed class ZipDirectory
{
    const uint EndSignature = 0x06054b50;
    const uint End64Signature = 0x06064b50;
    const uint Locator64Signature = 0x07064b50;
    const uint EntrySignature = 0x02014b50;
    const int EndLength = 22;
    const int End64Length = 56;
    const int Locator64Length = 20;
    const int EntryLength = 46;
    const int MaxTailLength = EndLength + ushort.MaxValue;
    const int MaxEntries = 300_000;
    const long MaxDirectoryLength = 64L << 20;

    readonly Stream _stream;
    readonly long _start;
    readonly long _length;
    readonly long _count;

    ZipDirectory(Stream stream, long start, long length, long count, long prefix, long end)
    {
        _stream = stream;
        _start = start;
        _length = length;
        _count = count;
        Prefix = prefix;
        End = end;
    }

    /// <summary>The start of the directory in the file, before which all members must end.</summary>
    public long Start => _start;

    /// <summary>The number of bytes before the ZIP, as in a self-extracting program.</summary>
    public long Prefix { get; }

    /// <summary>The end of the ZIP in the file.</summary>
    public long End { get; }

    /// <summary>Finds the directory.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, is truncated, or has a directory that is too
    /// large.</exception>
    public static ZipDirectory Open(Stream stream)
    {
        var (end, endPosition) = FindEnd(stream);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        long length = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(20));
        var directoryEnd = endPosition;
        if (count == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue)
            (count, length, offset, directoryEnd) = ReadEnd64(
                stream, endPosition, (count, length, offset, endPosition));
        if (count < 0 || length < 0 || offset < 0 || length > directoryEnd || offset > directoryEnd - length)
            throw new ArchiveException("The ZIP's central directory is outside the file: the file is cut off or "
            + "broken.");
        if (count > MaxEntries || length > MaxDirectoryLength)
            throw new ArchiveException(
                $"The ZIP has {count} members in a directory of {length} bytes; at most {MaxEntries} members and "
                + $"{MaxDirectoryLength} bytes are read.");
        var start = directoryEnd - length;
        return new ZipDirectory(stream, start, length, count, start - offset, endPosition + EndLength + commentLength);
    }

    /// <summary>Reads the members in directory order.</summary>
    /// <exception cref="ArchiveException">An entry is broken, or the number of entries is wrong.</exception>
    public IEnumerable<ZipEntry> ReadEntries()
    {
        var window = new BufferedRange(_stream, _start, _start + _length);
        for (var i = 0L; i < _count; i++)
        {
            var entry = ReadEntry(window) ?? throw Broken();
            yield return entry;
        }
        if (window.Position != _start + _length)
            throw Broken();
    }

    static ArchiveException Broken() => new("The ZIP's central directory is broken.");

    ZipEntry? ReadEntry(BufferedRange window)
    {
        if (!window.TryRead(EntryLength, out var fixedPart)
            || BinaryPrimitives.ReadUInt32LittleEndian(fixedPart) != EntrySignature)
            return null;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        long compressedSize = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[32..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]);
        if (!window.TryRead(nameLength + extraLength + commentLength, out var nameAndExtra))
            return null;
        var extra = new Zip64Extra(nameAndExtra.Slice(nameLength, extraLength));
        if (!extra.TryReplace(ref size) || !extra.TryReplace(ref compressedSize) || !extra.TryReplace(ref offset))
            return null;
        if (offset > _start - Prefix || compressedSize > _start)
            return null;
        var rawName = nameAndExtra[..nameLength].ToArray();
        return new ZipEntry(
            rawName, Decode(rawName, flags), flags, method, crc, compressedSize, size, offset + Prefix);
    }

    /// <summary>Decodes UTF-8 if the member declares it or its bytes are valid UTF-8. Other encodings do not matter to
    /// an index.</summary>
    static string Decode(byte[] name, ushort flags) =>
        (flags & 0x800) != 0 || System.Text.Unicode.Utf8.IsValid(name)
            ? Encoding.UTF8.GetString(name)
            : Encoding.Latin1.GetString(name);

    /// <summary>Finds the last end record whose comment fits. In a complete ZIP, nothing follows it.</summary>
    static (byte[] Record, long Position) FindEnd(Stream stream)
    {
        var tail = new byte[(int)Math.Min(stream.Length, MaxTailLength)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) != EndSignature)
                continue;
            var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(i + 20));
            if (i + EndLength + commentLength <= tail.Length)
                return (tail[i..(i + EndLength)], stream.Length - tail.Length + i);
        }
        throw new ArchiveException("The file is not a ZIP, or is cut off: its central directory has no end record.");
    }

    static (long Count, long Length, long Offset, long DirectoryEnd) ReadEnd64(
        Stream stream, long endPosition, (long Count, long Length, long Offset, long DirectoryEnd) small)
    {
        var locatorPosition = endPosition - Locator64Length;
        if (ReadRecord(stream, locatorPosition, Locator64Length, Locator64Signature) is not { } locator)
            return small;
        var declared = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        var adjacent = locatorPosition - End64Length;
        var position = ReadRecord(stream, declared, End64Length, End64Signature) is null ? adjacent : declared;
        var record = ReadRecord(stream, position, End64Length, End64Signature)
            ?? throw new ArchiveException("The ZIP's ZIP64 end record is missing.");
        return (
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
            position);
    }

    static byte[]? ReadRecord(Stream stream, long position, int length, uint signature)
    {
        if (position < 0 || position > stream.Length - length)
            return null;
        var record = new byte[length];
        stream.Position = position;
        stream.ReadExactly(record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == signature ? record : null;
    }
}
