using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>Rejects uploaded ZIPs that installers reject, or that could deceive them. Decompresses nothing, and reads
/// only the local headers of members.</summary>
sealed class ZipValidator(Stream stream, ZipDirectory directory)
{
    const long RatioExemptLength = 64L << 20;
    const int MaxRatio = 50;
    const int MaxDataDescriptorLength = 24;

    readonly HashSet<UInt128> _names = [];
    readonly List<Extent> _extents = [];
    long _inflated;
    long _compressed;

    /// <summary>Checks all members, and passes each to a callback.</summary>
    /// <exception cref="ArchiveException">A member, or the whole archive, is rejected.</exception>
    public void Validate(Action<ZipEntry> add, CancellationToken cancellationToken)
    {
        if (directory.Prefix != 0)
            throw new ArchiveException("The file has extra bytes before the ZIP.");
        if (directory.End != stream.Length)
            throw new ArchiveException("The file has extra bytes after the ZIP.");
        foreach (var entry in directory.ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(entry);
            add(entry);
        }
        CheckBomb();
        CheckExtents();
    }

    void Check(ZipEntry entry)
    {
        MemberPath.Check(entry.Name);
        if (!_names.Add(IdentityOf(MemberPath.Normalize(entry.Name))))
            throw new ArchiveException($"The ZIP contains the member {entry.Name} twice.");
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
            throw new ArchiveException(
                $"The member {entry.Name} is neither stored nor deflated; installers support nothing else.");
        if (entry.Method == ZipEntry.Stored && entry.Size != entry.CompressedSize)
            throw new ArchiveException($"The member {entry.Name} is stored, but has two different sizes.");
        var data = ZipMember.FindData(stream, entry, mustAgree: true);
        _extents.Add(new Extent(entry.Offset, data + entry.CompressedSize, entry.HasDataDescriptor));
        _inflated = entry.Size > long.MaxValue - _inflated ? long.MaxValue : _inflated + entry.Size;
        _compressed += entry.CompressedSize;
    }

    void CheckBomb()
    {
        if (_inflated > RatioExemptLength && _inflated / MaxRatio > _compressed)
            throw new ArchiveException(
                $"The ZIP would inflate from {_compressed} to {_inflated} bytes, more than {MaxRatio} times its size.");
    }

    /// <summary>Members must fill the file up to the directory. To a program that reads the file from its beginning,
    /// like uv, bytes between them could be another member.</summary>
    void CheckExtents()
    {
        _extents.Sort((one, other) => one.Start.CompareTo(other.Start));
        var end = 0L;
        var slack = 0;
        foreach (var extent in _extents.Append(new Extent(directory.Start, directory.Start, false)))
        {
            if (extent.Start < end)
                throw new ArchiveException("Members of the ZIP overlap each other or the directory.");
            if (extent.Start > end + slack)
                throw new ArchiveException("The ZIP has extra bytes before or between its members.");
            end = extent.End;
            slack = extent.HasDataDescriptor ? MaxDataDescriptorLength : 0;
        }
    }

    static UInt128 IdentityOf(string path)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    readonly record struct Extent(long Start, long End, bool HasDataDescriptor);
}
