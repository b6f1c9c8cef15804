using System.Buffers.Binary;
using System.IO.Compression;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a member's local header and data.</summary>
static class ZipMember
{
    const uint LocalSignature = 0x04034b50;
    const int LocalLength = 30;
    const int MaxReadLength = 16 << 20;

    /// <summary>Reads a member's local header, and returns the position of its data.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="entry">The member.</param>
    /// <param name="mustAgree">Whether the header must match the directory.</param>
    /// <exception cref="ArchiveException">The header is missing, or does not match.</exception>
    public static long FindData(Stream stream, ZipEntry entry, bool mustAgree)
    {
        Span<byte> header = stackalloc byte[LocalLength];
        Read(stream, entry.Offset, header, entry);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
            throw Missing(entry);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (mustAgree)
            Compare(stream, entry, header, nameLength, extraLength);
        return entry.Offset + LocalLength + nameLength + extraLength;
    }

    /// <summary>Decompresses a whole member, and checks its length and CRC-32.</summary>
    /// <exception cref="ArchiveException">The member is encrypted, larger than 16 MiB, or broken.</exception>
    public static byte[] ReadAll(Stream stream, ZipEntry entry)
    {
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
            throw new ArchiveException(
                $"The member {entry.Name} is encrypted, or uses an unsupported compression method.");
        if (entry.Size > MaxReadLength || entry.CompressedSize > MaxReadLength)
            throw new ArchiveException(
                $"The member {entry.Name} has {entry.Size} bytes; at most {MaxReadLength} are allowed.");
        var data = FindData(stream, entry, mustAgree: false);
        var compressed = new byte[entry.CompressedSize];
        Read(stream, data, compressed, entry);
        var bytes = entry.Method == ZipEntry.Stored ? compressed : Inflate(compressed, entry);
        if (bytes.Length != entry.Size || Crc32.Compute(bytes) != entry.Crc)
            throw Broken(entry, null);
        return bytes;
    }

    static byte[] Inflate(byte[] compressed, ZipEntry entry)
    {
        // One byte more than declared detects a member that decompresses to more.
        var bytes = new byte[entry.Size + 1];
        using var inflater = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
        try
        {
            var length = inflater.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length == entry.Size ? bytes[..length] : throw Broken(entry, null);
        }
        catch (InvalidDataException problem)
        {
            throw Broken(entry, problem);
        }
    }

    static void Compare(Stream stream, ZipEntry entry, ReadOnlySpan<byte> header, int nameLength, int extraLength)
    {
        var nameAndExtra = new byte[nameLength + extraLength];
        Read(stream, entry.Offset + LocalLength, nameAndExtra, entry);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (!nameAndExtra.AsSpan(0, nameLength).SequenceEqual(entry.RawName))
            throw Disagrees(entry, "name");
        if (method != entry.Method)
            throw Disagrees(entry, "compression method");
        if ((flags & 8) != 0 != entry.HasDataDescriptor)
            throw Disagrees(entry, "flags");
        if (entry.HasDataDescriptor)
            return;
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);
        long compressedSize = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var extra = new Zip64Extra(nameAndExtra.AsSpan(nameLength));
        if (!extra.TryReplace(ref size) || !extra.TryReplace(ref compressedSize))
            throw Disagrees(entry, "size");
        if (size != entry.Size || compressedSize != entry.CompressedSize || crc != entry.Crc)
            throw Disagrees(entry, "size or checksum");
    }

    static void Read(Stream stream, long position, Span<byte> destination, ZipEntry entry)
    {
        if (position < 0 || position > stream.Length - destination.Length)
            throw Missing(entry);
        stream.Position = position;
        stream.ReadExactly(destination);
    }

    static ArchiveException Missing(ZipEntry entry) =>
        new($"The member {entry.Name} is not where the ZIP's directory says; the file is cut off or broken.");

    static ArchiveException Broken(ZipEntry entry, Exception? problem) =>
        new($"The member {entry.Name} is broken: its bytes are not what the ZIP's directory says.", problem);

    static ArchiveException Disagrees(ZipEntry entry, string what) =>
        new($"The ZIP's directory and the header of the member {entry.Name} disagree on its {what}.");
}
