using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Inspection;

/// <summary>The members of a wheel whose content is read.</summary>
sealed class WantedMembers
{
    /// <summary>The <c>.pth</c> files that are remembered. Of one that has more, those are enough.</summary>
    const int MaxPathFiles = 64;

    const string DistInfo = ".dist-info";

    /// <summary>One that has more of these has a reason that nobody needs to know.</summary>
    const int MaxEntryPoints = 8;

    readonly List<ZipEntry> _pathFiles = [];
    readonly List<ZipEntry> _entryPoints = [];

    /// <summary>The directory of the wheel's metadata, or null. Installers refuse a wheel with several.</summary>
    string? _folder;

    /// <summary>The first <c>.pth</c> files.</summary>
    public IReadOnlyList<ZipEntry> PathFiles => _pathFiles;

    public ZipEntry? Record { get; private set; }

    public ZipEntry? Metadata { get; private set; }

    /// <summary>Those that some installer reads: their names may differ in case.</summary>
    public IReadOnlyList<ZipEntry> EntryPoints => _entryPoints;

    /// <summary>All of them: those that a wheel must not hide come first.</summary>
    public IEnumerable<ZipEntry> ByImportance =>
        [.. _pathFiles, .. _entryPoints, .. new[] { Record, Metadata }.OfType<ZipEntry>()];

    /// <summary>Adds a member.</summary>
    /// <exception cref="ArchiveException">It is a second one of those that a wheel has one of.</exception>
    public void Add(ZipEntry entry)
    {
        var installed = InstalledPath.Of(entry.Name);
        if (installed is { IsCommand: false, Path.Length: > 0 })
        {
            if (StartupRules.IsPathFile(installed.Path) && _pathFiles.Count <= MaxPathFiles)
                _pathFiles.Add(entry);
            return;
        }
        var path = MemberPath.Normalize(InstalledPath.Clean(entry.Name));
        var top = MemberPath.Top(path);
        if (!top.EndsWith(DistInfo, StringComparison.OrdinalIgnoreCase) || top.Length == path.Length)
            return;
        if (top != (_folder ??= top))
            throw new ArchiveException($"The wheel has both {MemberPath.Show(_folder)} and {MemberPath.Show(top)}.");
        // On most desktops, METADATA and metadata are one file.
        switch (path[(top.Length + 1)..].ToUpperInvariant())
        {
            case "RECORD":
                Record = GetOnly(Record, entry);
                break;
            case "METADATA":
                Metadata = GetOnly(Metadata, entry);
                break;
            case "ENTRY_POINTS.TXT":
                if (_entryPoints.Count >= MaxEntryPoints)
                    throw new ArchiveException($"The wheel has more than {MaxEntryPoints} entry_points.txt.");
                _entryPoints.Add(entry);
                break;
        }
    }

    /// <summary>Of two, some installers take the first, and some the last.</summary>
    static ZipEntry GetOnly(ZipEntry? first, ZipEntry entry) => first is null
        ? entry
        : throw new ArchiveException($"The wheel has a second member {MemberPath.Show(entry.Name)}.");
}
