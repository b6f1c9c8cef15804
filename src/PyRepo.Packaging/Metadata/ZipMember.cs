using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a member's local header and data.</summary>
static class ZipMember
{
    const uint LocalSignature = 0x04034b50;
    const int LocalLength = 30;
    const int BufferLength = 1 << 16;

    /// <summary>Reads a member's local header, and returns the position of its data.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="entry">The member.</param>
    /// <param name="mustAgree">Whether the whole header must match the directory, and not only its name.</param>
    /// <exception cref="ArchiveException">The header is missing, or does not match.</exception>
    public static long FindData(Stream stream, ZipEntry entry, bool mustAgree)
    {
        Span<byte> header = stackalloc byte[LocalLength];
        Read(stream, entry.Offset, header, entry);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
            throw Missing(entry);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var nameAndExtra = new byte[nameLength + extraLength];
        Read(stream, entry.Offset + LocalLength, nameAndExtra, entry);
        if (!nameAndExtra.AsSpan(0, nameLength).SequenceEqual(entry.RawName))
            throw Disagrees(entry, "name");
        if (mustAgree)
            Compare(entry, header, nameAndExtra.AsSpan(nameLength));
        return entry.Offset + LocalLength + nameAndExtra.Length;
    }

    /// <summary>Decompresses a whole member, and checks its length and CRC-32.</summary>
    /// <exception cref="ArchiveException">The member is encrypted, too large for metadata, or broken.</exception>
    public static byte[] ReadAll(Stream stream, ZipEntry entry)
    {
        MetadataDocument.CheckLength(entry.Name, entry.Size);
        var bytes = new byte[entry.Size];
        var length = 0;
        Read(stream, entry, chunk =>
        {
            chunk.CopyTo(bytes.AsSpan(length));
            length += chunk.Length;
        }, CancellationToken.None);
        return bytes;
    }

    /// <summary>Decompresses a member to its end, as installers do: only its length and CRC-32 count.</summary>
    /// <exception cref="ArchiveException">The member is encrypted or broken.</exception>
    public static void Read(
        Stream stream, ZipEntry entry, Action<ReadOnlySpan<byte>> use, CancellationToken cancellationToken)
    {
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
            throw new ArchiveException(
                $"The member {MemberPath.Show(entry.Name)} is encrypted, or uses an unsupported compression method.");
        ReadThrough(stream, entry, mustAgree: false, use, cancellationToken);
    }

    /// <summary>Decompresses a member to its end, and checks that exactly the bytes come out that the directory
    /// declares, from exactly the bytes that it gives to the member.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="entry">The member.</param>
    /// <param name="use">Gets the bytes as they come out.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">The member is broken.</exception>
    public static void Verify(
        Stream stream, ZipEntry entry, Action<ReadOnlySpan<byte>> use, CancellationToken cancellationToken) =>
        ReadThrough(stream, entry, mustAgree: true, use, cancellationToken);

    static void ReadThrough(
        Stream stream, ZipEntry entry, bool mustAgree, Action<ReadOnlySpan<byte>> use,
        CancellationToken cancellationToken)
    {
        var start = FindData(stream, entry, mustAgree);
        if (start > stream.Length - entry.CompressedSize)
            throw Missing(entry);
        using var data = Open(stream, entry, start);
        try
        {
            var (length, crc) = Copy(data, entry.Size, use, cancellationToken);
            if (length != entry.Size || crc != entry.Crc)
                throw Broken(entry, null);
        }
        catch (InvalidDataException problem)
        {
            throw Broken(entry, problem);
        }
    }

    static ForwardStream Open(Stream stream, ZipEntry entry, long start)
    {
        // Some programs mark an empty file as deflated, but leave out the empty deflate stream.
        var isStored = entry.Method == ZipEntry.Stored || (entry.Size == 0 && entry.CompressedSize == 0);
        var end = start + entry.CompressedSize;
        return isStored ? new FileRange(stream, start, end) : new InflatedRange(stream, start, end);
    }

    /// <summary>Reads to the end, but not more than one chunk beyond the declared size.</summary>
    static (long Length, uint Crc) Copy(
        Stream source, long size, Action<ReadOnlySpan<byte>> use, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var (length, crc) = (0L, new Crc32());
            for (int read; (read = source.Read(buffer)) > 0; length += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (read > size - length)
                    return (length + read, crc.GetCurrentHashAsUInt32());
                crc.Append(buffer.AsSpan(0, read));
                use(buffer.AsSpan(0, read));
            }
            return (length, crc.GetCurrentHashAsUInt32());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void Compare(ZipEntry entry, ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) != entry.Flags)
            throw Disagrees(entry, "flags");
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != entry.Method)
            throw Disagrees(entry, "compression method");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != entry.Crc)
            throw Disagrees(entry, "checksum");
        if (ZipExtra.Problem(extra) is { } problem)
            throw new ArchiveException($"The member {MemberPath.Show(entry.Name)} {problem}.");
        long compressedSize = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var values = new Zip64Extra(extra);
        if (!values.Agrees(entry.Size, entry.CompressedSize)
            || !values.TryReplace(ref size) || !values.TryReplace(ref compressedSize)
            || size != entry.Size || compressedSize != entry.CompressedSize)
            throw Disagrees(entry, "size");
    }

    static void Read(Stream stream, long position, Span<byte> destination, ZipEntry entry)
    {
        if (position < 0 || position > stream.Length - destination.Length)
            throw Missing(entry);
        stream.Position = position;
        stream.ReadExactly(destination);
    }

    static ArchiveException Missing(ZipEntry entry) =>
        new($"The member {MemberPath.Show(entry.Name)} is not where the ZIP's directory says; the file is cut off or "
            + "broken.");

    static ArchiveException Broken(ZipEntry entry, Exception? problem) =>
        new($"The member {MemberPath.Show(entry.Name)} is broken: its bytes are not what the ZIP's directory says.",
            problem);

    static ArchiveException Disagrees(ZipEntry entry, string what) =>
        new($"The ZIP's directory and the header of the member {MemberPath.Show(entry.Name)} disagree on its {what}.");
}
