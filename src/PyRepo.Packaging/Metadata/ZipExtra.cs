using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>The extra fields of a member
/// (<see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</see> 4.5).</summary>
static class ZipExtra
{
    const ushort Zip64 = 1;
    const ushort UnicodePath = 0x7075;
    const int UnicodePathHeaderLength = 5;

    /// <summary>Returns why an upload with these fields is rejected, or null.</summary>
    public static string? Problem(ReadOnlySpan<byte> extra)
    {
        var hasZip64 = false;
        while (TryTake(ref extra, out var identifier, out var data))
        {
            if (identifier == UnicodePath)
                return "gets another name from its extra field 0x7075";
            if (identifier != Zip64)
                continue;
            if (hasZip64 || data.Length is not (0 or 8 or 16 or 24 or 28))
                return "has a broken ZIP64 extra field";
            hasZip64 = true;
        }
        return extra.IsEmpty ? null : "has broken extra fields";
    }

    /// <summary>Returns the name that Python 3.12 and later use instead of the member's own, or null.</summary>
    public static string? OtherName(ZipEntry entry)
    {
        string? name = null;
        uint? crc = null;
        ReadOnlySpan<byte> extra = entry.Extra;
        while (TryTake(ref extra, out var identifier, out var data))
        {
            if (identifier == UnicodePath && data.Length > UnicodePathHeaderLength && data[0] == 1
                && BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) == (crc ??= Crc32.HashToUInt32(entry.RawName)))
                name = Encoding.UTF8.GetString(data[UnicodePathHeaderLength..]);
        }
        return name == entry.Name ? null : name;
    }

    /// <summary>Takes the next field. Returns false at the end, and leaves what is no field.</summary>
    public static bool TryTake(
        scoped ref ReadOnlySpan<byte> extra, out ushort identifier, out ReadOnlySpan<byte> data)
    {
        identifier = 0;
        data = default;
        if (extra.Length < 4)
            return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
        if (length > extra.Length - 4)
            return false;
        identifier = BinaryPrimitives.ReadUInt16LittleEndian(extra);
        data = extra.Slice(4, length);
        extra = extra[(4 + length)..];
        return true;
    }
}
