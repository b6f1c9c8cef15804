using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a wheel over a seekable stream: the ZIP's tail, its directory, and the one member that is wanted.
/// Memory stays flat whatever the size.</summary>
public static class WheelArchive
{
    const string DistInfo = ".dist-info";

    static readonly string[] _required = ["METADATA", "WHEEL", "RECORD"];

    /// <summary>The bytes of METADATA; the archive is not looked at further than needed to find them.</summary>
    /// <exception cref="ArchiveException">It is no ZIP, is cut off, or has no METADATA of this project.</exception>
    public static byte[] ReadMetadata(Stream stream, WheelFileName name) => Find(stream, name).Metadata!;

    /// <summary>The bytes of METADATA of a wheel in which nothing is found that an upload is refused for: foreign bytes
    /// around the ZIP, headers that disagree, a member twice, outside or overlapping, other compressions, a ZIP
    /// bomb, a <c>.dist-info</c> directory that is not the file name's, or in which METADATA, WHEEL or RECORD is
    /// missing.</summary>
    /// <exception cref="ArchiveException">Something of this is found.</exception>
    public static byte[] Check(Stream stream, WheelFileName name, CancellationToken cancellationToken = default) =>
        CheckContent(stream, name, cancellationToken).Metadata!;

    internal static ArchiveContent CheckContent(Stream stream, WheelFileName name, CancellationToken cancellationToken)
    {
        var members = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        void Add(ZipEntry entry)
        {
            var top = MemberPath.Top(entry.Name);
            if (!top.EndsWith(DistInfo, StringComparison.OrdinalIgnoreCase))
                return;
            folders.Add(top);
            if (Array.Exists(_required, required => MemberPath.IsBelowTop(entry.Name, required)))
                members[entry.Name] = entry;
        }

        new ZipValidator(stream, ZipDirectory.Open(stream)).Validate(Add, cancellationToken);
        var folder = folders.Count switch
        {
            1 => folders.Min!,
            0 => throw new ArchiveException($"The wheel has no directory {name.NameAndVersion}{DistInfo}."),
            _ => throw new ArchiveException(
                $"The wheel has more than one {DistInfo} directory: {string.Join(", ", folders.Take(3))}."),
        };
        if (!Matches(folder, name, withVersion: true))
            throw new ArchiveException($"The wheel's {folder} does not match its file name {name.FileName}.");
        foreach (var required in _required)
        {
            if (!members.ContainsKey($"{folder}/{required}"))
                throw new ArchiveException($"The wheel has no {folder}/{required}.");
        }
        var path = $"{folder}/METADATA";
        return new ArchiveContent(ZipMember.ReadAll(stream, members[path]), path);
    }

    /// <summary>METADATA of the directory that matches the file name; where the version is spelled otherwise, of the
    /// one that matches its project.</summary>
    internal static ArchiveContent Find(Stream stream, WheelFileName name)
    {
        ZipEntry? found = null;
        foreach (var entry in ZipDirectory.Open(stream).ReadEntries())
        {
            if (!MemberPath.IsBelowTop(entry.Name, "METADATA"))
                continue;
            var folder = MemberPath.Top(entry.Name);
            if (Matches(folder, name, withVersion: true))
                return new ArchiveContent(ZipMember.ReadAll(stream, entry), entry.Name);
            if (Matches(folder, name, withVersion: false))
                found ??= entry;
        }
        return found is not null
            ? new ArchiveContent(ZipMember.ReadAll(stream, found), found.Name)
            : throw new ArchiveException($"The wheel has no {name.NameAndVersion}{DistInfo}/METADATA.");
    }

    static bool Matches(string folder, WheelFileName name, bool withVersion)
    {
        if (!folder.EndsWith(DistInfo, StringComparison.OrdinalIgnoreCase))
            return false;
        var stem = folder[..^DistInfo.Length];
        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || ProjectName.Normalize(stem[..dash]) != name.Project.Value)
            return false;
        var version = stem[(dash + 1)..];
        return !withVersion
            || PythonVersion.ParseOrNull(version.Replace('_', '-')) == name.Version
            || PythonVersion.ParseOrNull(version) == name.Version;
    }
}
