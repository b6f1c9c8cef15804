using System.Text.Unicode;

namespace PyRepo.Packaging.Metadata;

/// <summary>
/// Rules for a member in the directory of an uploaded ZIP. Everything else means different things to different
/// installers, or nothing.
/// </summary>
static class ZipEntryRules
{
    const byte MaxVersion = 63;
    const ushort DataDescriptorFlag = 8;

    /// <summary>The compression level, which does not matter, and names in UTF-8.</summary>
    const ushort KnownFlags = 2 | 4 | 0x800;

    /// <summary>Where <c>a;1</c> is the first version of <c>a</c>.</summary>
    const byte Vms = 2;

    const int TypeBits = 0xF000;
    const int DirectoryType = 0x4000;
    const int FileType = 0x8000;

    /// <exception cref="ArchiveException">The member is rejected.</exception>
    public static void Check(ZipEntry entry)
    {
        MemberPath.Check(entry.Name);
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
            throw new ArchiveException(
                $"The member {MemberPath.Show(entry.Name)} is neither stored nor deflated; installers support nothing "
                + "else.");
        if (Problem(entry) is { } problem)
            throw new ArchiveException($"The member {MemberPath.Show(entry.Name)} {problem}.");
    }

    static string? Problem(ZipEntry entry) => NameProblem(entry) ?? TypeProblem(entry) ?? FormatProblem(entry);

    static string? NameProblem(ZipEntry entry)
    {
        if (entry.RawName.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1F) || entry.RawName.Contains((byte)0x7F))
            return "has a control character in its name";
        if (!Utf8.IsValid(entry.RawName) || (entry.RawName.Any(letter => letter > 0x7F) && !entry.IsUnicode))
            return "has a name that is not marked as UTF-8";
        var path = entry.IsDirectory ? entry.Name[..^1] : entry.Name;
        return path == MemberPath.Normalize(path) ? null : "has a \".\" or an empty part in its path";
    }

    /// <summary>Programs that create links and devices look at the mode alone, or also at the system.</summary>
    static string? TypeProblem(ZipEntry entry)
    {
        if (entry.System == Vms)
            return "was added on VMS, where names have versions";
        var expected = entry.IsDirectory ? DirectoryType : FileType;
        var type = entry.Mode & TypeBits;
        if (type == 0 || type == expected)
            return null;
        return entry.IsDirectory
            ? "is a directory by its name, but not by its mode"
            : "is a file by its name, but a link, a directory or a device by its mode";
    }

    static string? FormatProblem(ZipEntry entry)
    {
        if ((entry.Flags & DataDescriptorFlag) != 0)
            return "has a data descriptor; write the archive to a file that can be seeked";
        if ((entry.Flags & ~KnownFlags) != 0 || entry.Version > MaxVersion)
            return "needs features of ZIP that installers do not have";
        if (entry.HasComment)
            return "has a comment";
        if (entry.Disk != 0)
            return "is in another part of the ZIP";
        if (entry.Method == ZipEntry.Stored && entry.Size != entry.CompressedSize)
            return "is stored, but has two different sizes";
        if (entry.Method == ZipEntry.Deflated && entry.CompressedSize == 0)
            return "is deflated, but has no deflate stream";
        if (entry.IsDirectory && entry.Size != 0)
            return "is a directory, but has data";
        return ZipExtra.Problem(entry.Extra);
    }
}
