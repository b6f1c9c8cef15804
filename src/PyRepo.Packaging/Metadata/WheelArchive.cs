using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a wheel over a seekable stream: the ZIP's tail, its directory, and the one member that is wanted.
/// Memory use does not depend on the size of the file.</summary>
public static class WheelArchive
{
    const string DistInfo = ".dist-info";

    static readonly string[] _required = ["METADATA", "WHEEL", "RECORD"];

    /// <summary>Finds METADATA, and reads no more of the archive than necessary.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, is truncated, or has no METADATA for this
    /// project.</exception>
    public static byte[] ReadMetadata(Stream stream, WheelFileName name) => Find(stream, name).Metadata!;

    /// <summary>Finds METADATA in an upload, and rejects unsafe or invalid wheels: extra bytes around the ZIP,
    /// contradictory headers, members that are duplicate, overlapping or outside the target folder, other compression
    /// methods, a ZIP bomb, a <c>.dist-info</c> directory that does not match the file name, or a missing METADATA,
    /// WHEEL or RECORD.</summary>
    /// <exception cref="ArchiveException">The wheel is rejected.</exception>
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

    /// <summary>Finds METADATA in the directory that matches the file name. If the version is spelled differently,
    /// uses the directory that matches the project.</summary>
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
