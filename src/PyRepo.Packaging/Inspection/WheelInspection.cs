using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Inspection;

/// <summary>Reads a wheel's central directory, and the few small members that say what an installation would do.
/// </summary>
/// <param name="stream">The wheel. If only some ranges of it are there, reading others ends it early.</param>
/// <param name="name">Its name.</param>
/// <param name="cancellationToken">Cancels the inspection.</param>
sealed class WheelInspection(Stream stream, DistributionFileName name, CancellationToken cancellationToken)
{
    const int MaxRecordLength = 16 << 20;

    /// <summary>The name that stands for a RECORD that is missing, in whichever folder it should be.</summary>
    const string RecordName = "RECORD";

    /// <summary>The <c>.pth</c> files that are read.</summary>
    const int MaxPathFiles = 32;

    const int MinHeaderLength = 30;

    /// <summary>The bytes that a local header's extra fields may be longer than the directory's.</summary>
    const int MaxExtraLength = 96;

    readonly FactsBuilder _facts = new(name.Project);
    readonly HashSet<UInt128> _members = [];
    ZipEntry? _nested;

    /// <summary>Returns the facts.</summary>
    /// <exception cref="ArchiveException">The wheel is broken.</exception>
    /// <exception cref="EndOfStreamException">Its directory is not there.</exception>
    public ArchiveFacts Run()
    {
        var directory = ZipDirectory.Open(stream);
        var wanted = new WantedMembers();
        foreach (var entry in directory.ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            MemberPath.CheckLength(entry.Name, "name");
            Add(entry, wanted);
        }
        // One of very many is not read, and counts as one that runs something.
        foreach (var (i, entry) in wanted.PathFiles.Index())
            _facts.AddPathFile(entry.Name, i < MaxPathFiles ? Read(entry, StartupRules.MaxLength) : null);
        // A .pth may add any directory to those that site looks into.
        if (_nested is { } nested && wanted.PathFiles.Count > 0)
            _facts.AddStartup(nested.Name, Read(nested, StartupRules.MaxLength));
        foreach (var entryPoints in wanted.EntryPoints)
            AddCommands(entryPoints);
        if (wanted.Metadata is { } metadata && ReadWanted(metadata, CoreMetadata.MaxLength) is { } document)
            _facts.AddMetadata(document);
        Compare(directory, wanted);
        return _facts.ToFacts();
    }

    /// <summary>
    /// Chooses the second range to read of a wheel of which only the end is there: the rest of its directory, or else the
    /// members that matter most, as far as they lie together.
    /// </summary>
    /// <param name="from">The first byte that is there.</param>
    /// <param name="maxLength">The bytes that may be read.</param>
    /// <returns>The range, empty if nothing more is needed; null if it would be too long.</returns>
    /// <exception cref="ArchiveException">The wheel is broken.</exception>
    public (long Start, int Length)? FindSecondRange(long from, int maxLength)
    {
        var directory = ZipDirectory.Open(stream);
        if (directory.Start < from)
            return from - directory.Start <= maxLength ? (directory.Start, (int)(from - directory.Start)) : null;
        var wanted = new WantedMembers();
        foreach (var entry in directory.ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            wanted.Add(entry);
        }
        var (start, end) = (from, from);
        var isFirst = true;
        foreach (var entry in wanted.ByImportance.Where(entry => entry.Offset < from))
        {
            var header = MinHeaderLength + entry.RawName.Length + entry.Extra.Length + MaxExtraLength;
            var entryEnd = Math.Min(from, entry.Offset + header + entry.CompressedSize);
            var (first, last) = isFirst
                ? (entry.Offset, entryEnd) : (Math.Min(start, entry.Offset), Math.Max(end, entryEnd));
            if (last - first > maxLength)
                continue;
            (start, end, isFirst) = (first, last, false);
        }
        return (start, (int)(end - start));
    }

    void Add(ZipEntry entry, WantedMembers wanted)
    {
        if (ZipExtra.OtherName(entry) is not null)
            throw new ArchiveException(
                $"The member {MemberPath.Show(entry.Name)} gets another name from its extra field 0x7075.");
        RequireInside(entry.Name);
        if (entry.IsDirectory)
            return;
        _members.Add(MemberPath.GetIdentity(MemberPath.Normalize(entry.Name)));
        wanted.Add(entry);
        var installed = InstalledPath.Of(entry.Name);
        if (installed.Path.Length > 0 && installed.IsCommand)
            _facts.AddCommand(installed.Path);
        else if (installed.Path.Length > 0)
            AddModule(entry, installed);
        _facts.AddIfNative(InstalledPath.Clean(entry.Name));
    }

    /// <summary>Else a member would be put where its name does not say.</summary>
    static void RequireInside(string member)
    {
        MemberPath.RequireNoNul(member);
        var path = InstalledPath.Clean(member);
        if (path.StartsWith('/') || path.Split('/').Contains("..") || HasDrive(member))
            throw new ArchiveException($"The member {MemberPath.Show(member)} would be unpacked outside its folder.");
    }

    /// <summary>Whether Windows would take a part of a path for a drive, from which on it counts.</summary>
    static bool HasDrive(string member) => member.Contains(':', StringComparison.Ordinal)
        && Array.Exists(member.Split('/', '\\'), segment => segment is [_, ':', ..]);

    void AddModule(ZipEntry entry, InstalledPath installed)
    {
        _facts.AddModule(installed.Path);
        if (installed.IsOfInterpreter || StartupRules.IsAlwaysRun(installed.Path, name.Project))
            _facts.AddStartup(entry.Name, Read(entry, StartupRules.MaxLength));
        else if (StartupRules.IsRunFromPath(installed.Path))
            _nested ??= entry;
    }

    void AddCommands(ZipEntry entry)
    {
        if (ReadWanted(entry, ArchiveLimits.MaxEntryPointsLength) is not { } document)
            return;
        foreach (var command in CommandRules.ReadCommands(document))
            _facts.AddCommand(command);
    }

    void Compare(ZipDirectory directory, WantedMembers wanted)
    {
        if (wanted.Record is not { } record)
        {
            _facts.AddMissing(RecordName);
            return;
        }
        var rows = new HashSet<UInt128>();
        var reader = new RecordReader(row =>
        {
            var path = MemberPath.Normalize(row.Path.Replace('\\', '/'));
            var identity = MemberPath.GetIdentity(path);
            if (rows.Count >= ArchiveLimits.MaxMembers)
                throw new ArchiveException($"The wheel's RECORD lists more than {ArchiveLimits.MaxMembers} files.");
            if (!row.Path.EndsWith('/') && rows.Add(identity) && !_members.Contains(identity))
                _facts.AddMissing(path);
        });
        if (!IsShort(record, MaxRecordLength) || !TryRead(record, reader.Read))
            return;
        reader.Complete();
        foreach (var entry in directory.ReadEntries().Where(entry => !entry.IsDirectory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = MemberPath.Normalize(entry.Name);
            if (!rows.Contains(MemberPath.GetIdentity(path)) && !IsRecord(path, MemberPath.Normalize(record.Name)))
                _facts.AddUnrecorded(path);
        }
    }

    /// <summary>Whether a file is RECORD or a signature of it.</summary>
    static bool IsRecord(string path, string record) =>
        path == record || path == record + ".jws" || path == record + ".p7s";

    /// <summary>Reads a member that installers read, or says that it is too long to be looked at.</summary>
    byte[]? ReadWanted(ZipEntry entry, int maxLength) => IsShort(entry, maxLength) ? Read(entry, maxLength) : null;

    bool IsShort(ZipEntry entry, int maxLength)
    {
        if (entry.Size <= maxLength)
            return true;
        _facts.AddProblem($"its member {MemberPath.Show(entry.Name)} has {entry.Size} bytes");
        return false;
    }

    /// <summary>Reads a member. Returns null if it is longer, or not among the bytes that are there.</summary>
    byte[]? Read(ZipEntry entry, int maxLength)
    {
        var bytes = new List<byte>();
        return entry.Size <= maxLength && TryRead(entry, chunk => bytes.AddRange(chunk)) ? [.. bytes] : null;
    }

    /// <summary>Reads a member. Returns false if it is not among the bytes that are there.</summary>
    bool TryRead(ZipEntry entry, Action<ReadOnlySpan<byte>> use)
    {
        try
        {
            ZipMember.Read(stream, entry, use, cancellationToken);
            return true;
        }
        catch (EndOfStreamException)
        {
            _facts.IsPartial = true;
            return false;
        }
    }
}
