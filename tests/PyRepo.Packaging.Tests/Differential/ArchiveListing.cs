using System.IO.Hashing;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>What the strict reader finds in an archive.</summary>
/// <param name="Members">The members in the order of the directory, or of the tar.</param>
/// <param name="Streamed">The members of a ZIP in the order of the file.</param>
/// <param name="Metadata">The metadata.</param>
sealed record ArchiveListing(
    IReadOnlyList<ListedMember> Members, IReadOnlyList<ListedMember> Streamed, ArchiveContent Metadata)
{
    /// <summary>Reads an archive strictly, or returns null if it is rejected.</summary>
    public static ArchiveListing? Read(byte[] archive, string fileName)
    {
        Assert.True(DistributionFileName.TryParse(fileName, out var name));
        try
        {
            var content = DistributionArchive.Read(new MemoryStream(archive), name, strict: true);
            return name.PackageType == PackageType.Wheel ? OfZip(archive, content) : OfTar(archive, content);
        }
        catch (ArchiveException)
        {
            return null;
        }
    }

    static ArchiveListing OfZip(byte[] archive, ArchiveContent content)
    {
        var entries = ZipDirectory.Open(new MemoryStream(archive)).ReadEntries().ToList();
        var byOffset = entries.OrderBy(entry => entry.Offset);
        return new ArchiveListing([.. entries.Select(Listed)], [.. byOffset.Select(Listed)], content);
    }

    static ListedMember Listed(ZipEntry entry) => new("file", entry.Name, entry.Size, entry.Crc, "");

    static ArchiveListing OfTar(byte[] archive, ArchiveContent content)
    {
        using var inflated = new BoundedGzipStream(new MemoryStream(archive));
        var tar = new TarReader(inflated, strict: true, CancellationToken.None);
        var members = new List<ListedMember>();
        while (tar.Next() is { } member)
        {
            var data = tar.ReadData();
            var (kind, link) = member switch
            {
                { IsDirectory: true } => ("directory", ""),
                { IsSymbolicLink: true } => ("symlink", member.LinkTarget),
                { IsHardLink: true } => ("link", member.LinkTarget),
                _ => ("file", ""),
            };
            var path = member.IsDirectory ? member.Path.TrimEnd('/') : member.Path;
            members.Add(new ListedMember(kind, path, data.Length, Crc32.HashToUInt32(data), link));
        }
        return new ArchiveListing(members, [], content);
    }
}
