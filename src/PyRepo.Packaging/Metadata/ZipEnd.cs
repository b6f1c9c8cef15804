using System.Buffers.Binary;

namespace PyRepo.Packaging.Metadata;

/// <summary>The records at the end of a ZIP, which say where its central directory is
/// (<see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</see> 4.3.14 to 4.3.16). They are
/// chosen like Python's <c>zipfile</c> chooses them.</summary>
sealed record ZipEnd
{
    const uint Signature = 0x06054b50;
    const uint Signature64 = 0x06064b50;
    const uint LocatorSignature64 = 0x07064b50;
    const int RecordLength = 22;
    const int RecordLength64 = 56;
    const int LocatorLength64 = 20;
    const long DeclaredLength64 = RecordLength64 - 12;
    const int MaxTailLength = RecordLength + ushort.MaxValue;

    /// <summary>Few ZIPs have a comment, and the last record is as well found in a shorter tail.</summary>
    const int ShortTailLength = 1024;

    /// <summary>The number of members.</summary>
    public required long Count { get; init; }

    /// <summary>The length of the directory in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The position of the directory in the ZIP, which may begin after the file does.</summary>
    public required long Offset { get; init; }

    /// <summary>The end of the directory in the file.</summary>
    public required long DirectoryEnd { get; init; }

    /// <summary>The end of the ZIP in the file.</summary>
    public required long End { get; init; }

    /// <summary>Why an upload with these records is rejected, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Finds the records.</summary>
    /// <exception cref="ArchiveException">They are missing or contradictory.</exception>
    public static ZipEnd Find(Stream stream)
    {
        var (record, position) = FindRecord(stream);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(20));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(10));
        var isSplit = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(4)) != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(8)) != count;
        var end = new ZipEnd
        {
            Count = count,
            Length = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12)),
            Offset = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(16)),
            DirectoryEnd = position,
            End = position + RecordLength + commentLength,
            Problem = commentLength > 0 ? "The ZIP has a comment; build the archive without one."
                : isSplit ? "The ZIP is one part of several, or its end record contradicts itself."
                : null,
        };
        var locator = ReadRecord(stream, position - LocatorLength64, LocatorLength64, LocatorSignature64);
        return locator is null ? end : With64(stream, end, locator);
    }

    /// <summary>Finds the last end record. In a complete ZIP, nothing but its comment follows it.</summary>
    static (byte[] Record, long Position) FindRecord(Stream stream)
    {
        var tail = ReadTail(stream, ShortTailLength);
        var start = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (start < 0)
        {
            tail = ReadTail(stream, MaxTailLength);
            start = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        }
        if (start < 0 || start > tail.Length - RecordLength)
            throw new ArchiveException(
                "The file is not a ZIP, or is cut off: its central directory has no end record.");
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(start + 20));
        if (start + RecordLength + commentLength > tail.Length)
            throw new ArchiveException("The ZIP is cut off in its comment.");
        return (tail[start..(start + RecordLength)], stream.Length - tail.Length + start);
    }

    static byte[] ReadTail(Stream stream, int maxLength)
    {
        var tail = new byte[(int)Math.Min(stream.Length, maxLength)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        return tail;
    }

    /// <summary>Reads the ZIP64 record, which installers use wherever there is one, even if the other one has room for
    /// all values.</summary>
    static ZipEnd With64(Stream stream, ZipEnd small, byte[] locator)
    {
        var position = small.DirectoryEnd - LocatorLength64 - RecordLength64;
        var record = ReadRecord(stream, position, RecordLength64, Signature64)
            ?? throw new ArchiveException("The ZIP's ZIP64 end record is missing, or has extensible data.");
        var count = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));
        var isWhole = BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(16)) == 0
            && BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(24)) == count
            && BinaryPrimitives.ReadUInt32LittleEndian(locator.AsSpan(4)) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(locator.AsSpan(16)) == 1;
        var isPlain = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(4)) == DeclaredLength64
            && BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8)) == position;
        var end = small with
        {
            Count = count,
            Length = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
            DirectoryEnd = position,
        };
        var agrees = small.Count is ushort.MaxValue || small.Count == end.Count;
        agrees &= small.Length is uint.MaxValue || small.Length == end.Length;
        agrees &= small.Offset is uint.MaxValue || small.Offset == end.Offset;
        // Programs differ in which of the records they take then.
        return isWhole && isPlain && agrees
            ? end
            : throw new ArchiveException("The ZIP's ZIP64 end record contradicts the other records at its end.");
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
