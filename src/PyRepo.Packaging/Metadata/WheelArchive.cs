using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a wheel over a seekable stream. Memory use does not depend on the size of the file.</summary>
public static class WheelArchive
{
    const string DistInfo = ".dist-info";
    const string EntryPoints = "entry_points.txt";

    static readonly string[] _required = ["METADATA", "WHEEL", "RECORD"];

    /// <summary>Finds METADATA, and reads no more of the archive than necessary: the ZIP's tail, its directory, and
    /// the one member.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, is truncated, or has no METADATA for this
    /// project.</exception>
    public static byte[] ReadMetadata(
        Stream stream, WheelFileName name, CancellationToken cancellationToken = default) =>
        Find(stream, name, cancellationToken).Metadata!;

    /// <summary>Finds METADATA in an upload, and rejects unsafe or invalid wheels: whatever PyPI rejects in a ZIP,
    /// members that are not the declared bytes, overlap each other or lie outside the target folder, other names in
    /// extra fields, a ZIP bomb, a <c>.dist-info</c> directory that does not match the file name, a missing METADATA,
    /// WHEEL or RECORD, a RECORD that does not match the members, or a command in place of Python's own. Reads all
    /// members.</summary>
    /// <exception cref="ArchiveException">The wheel is rejected.</exception>
    public static byte[] Check(Stream stream, WheelFileName name, CancellationToken cancellationToken = default) =>
        CheckContent(stream, name, cancellationToken).Metadata!;

    internal static ArchiveContent CheckContent(Stream stream, WheelFileName name, CancellationToken cancellationToken)
    {
        var members = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var spellings = new HashSet<UInt128>();
        string? folder = null;
        ZipEntry? entryPoints = null;
        void Add(ZipEntry entry)
        {
            CommandRules.CheckFile(entry, name.Project);
            var path = MemberPath.Normalize(entry.Name);
            var top = MemberPath.Top(path);
            if (!top.EndsWith(DistInfo, StringComparison.OrdinalIgnoreCase))
                return;
            // On most desktops METADATA and metadata are one file.
            if (!spellings.Add(MemberPath.GetIdentity(path.ToLowerInvariant())))
                throw new ArchiveException(
                    $"The wheel contains {MemberPath.Show(path)} twice, in lower and upper case.");
            folder ??= top;
            // At the second one: a directory may have hundreds of thousands, each with a long name.
            if (top != folder)
                throw new ArchiveException(
                    $"The wheel has more than one {DistInfo} directory: {MemberPath.Show(folder)} and "
                    + $"{MemberPath.Show(top)}.");
            if (Array.Exists(_required, required => MemberPath.IsBelowTop(entry.Name, required)))
                members[entry.Name] = entry;
            // No other spelling is there, and on most desktops each is found.
            if (MemberPath.IsBelowTop(path.ToLowerInvariant(), EntryPoints))
                entryPoints = entry;
        }

        var directory = ZipDirectory.Open(stream);
        var validator = new ZipValidator(stream, directory);
        validator.CheckDirectory(Add, cancellationToken);
        if (folder is null)
            throw new ArchiveException($"The wheel has no directory {name.NameAndVersion}{DistInfo}.");
        if (!folder.EndsWith(DistInfo, StringComparison.Ordinal))
        {
            throw new ArchiveException(
                $"The wheel's {MemberPath.Show(folder)} must end with {DistInfo}, in these letters.");
        }
        if (!Matches(folder, name, withVersion: true))
        {
            throw new ArchiveException(
                $"The wheel's {MemberPath.Show(folder)} does not match its file name {name.FileName}.");
        }
        foreach (var required in _required)
        {
            if (!members.ContainsKey($"{folder}/{required}"))
                throw new ArchiveException($"The wheel has no {folder}/{required}.");
        }
        if (entryPoints is not null)
            CommandRules.CheckEntryPoints(stream, entryPoints, name.Project);
        using var record = WheelRecord.Read(
            stream, members[$"{folder}/RECORD"], validator.Members, cancellationToken);
        foreach (var entry in directory.ReadEntries())
            record.Verify(stream, entry, cancellationToken);
        return Content(stream, members[$"{folder}/METADATA"]);
    }

    /// <summary>Finds METADATA in the directory that matches the file name. If the version is spelled differently,
    /// uses the directory that matches the project.</summary>
    internal static ArchiveContent Find(Stream stream, WheelFileName name, CancellationToken cancellationToken)
    {
        var found = Find(stream, name, withVersion: true, cancellationToken)
            ?? Find(stream, name, withVersion: false, cancellationToken);
        return found is not null
            ? Content(stream, found)
            : throw new ArchiveException($"The wheel has no {name.NameAndVersion}{DistInfo}/METADATA.");
    }

    static ZipEntry? Find(Stream stream, WheelFileName name, bool withVersion, CancellationToken cancellationToken) =>
        ZipMemberFinder.Find(
            stream,
            strict: false,
            path => MemberPath.IsBelowTop(path, "METADATA") && Matches(MemberPath.Top(path), name, withVersion),
            cancellationToken);

    static ArchiveContent Content(Stream stream, ZipEntry entry) => new(ZipMember.ReadAll(stream, entry), entry.Name);

    /// <summary>Whether a directory has a wheel's metadata by its name.</summary>
    internal static bool Matches(string folder, WheelFileName name, bool withVersion)
    {
        if (!folder.EndsWith(DistInfo, StringComparison.Ordinal))
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
