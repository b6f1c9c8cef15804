using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>The state that results from a project's events. It is not thread-safe; its record guards it.</summary>
/// <remarks>A project may have hundreds of thousands of files, so they are packed. Snapshots share them.</remarks>
sealed class ProjectHistory(ProjectName project)
{
    /// <summary>The approximate memory that one file takes beside what is packed, in bytes.</summary>
    const int WeightOfFile = 90;

    /// <summary>The approximate memory of a block beside its files, in bytes.</summary>
    const int WeightOfBlock = 300;

    /// <summary>After so many changes that nobody looked at, all files are sorted anew: that costs less.</summary>
    const int MaxUnseen = 64;

    /// <summary>The approximate memory of what is remembered of a file, in bytes.</summary>
    const int WeightOfPast = 200;

    readonly DistributionPacker _packer = new();
    readonly Dictionary<FileIdentity, PackedDistribution> _visible = [];
    readonly Dictionary<FileIdentity, FilePast> _past = [];
    readonly RemovedFiles _removed = new();

    /// <summary>The visible files in order, as they were last seen, and as they are or null if much has changed.</summary>
    SortedDistributions? _seen, _sorted;

    int _unseen;

    long _packedWeight;
    ProjectStatus _status;
    string? _statusReason;

    /// <summary>The number of events so far.</summary>
    public long Serial { get; private set; }

    /// <summary>The serial of the last event among those of all projects, as mirrors compare them.</summary>
    public long IndexSerial { get; private set; }

    /// <summary>The latest time of an event, or the earliest possible if there was none.</summary>
    public DateTimeOffset LastAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>The number of visible files.</summary>
    public int FileCount => _visible.Count;

    /// <summary>The total size of the visible files, in bytes.</summary>
    public long TotalSize { get; private set; }

    /// <summary>The approximate memory that this history takes, in bytes.</summary>
    public long Weight => 500 + _packedWeight + ((long)_visible.Count * WeightOfFile)
        + ((long)_past.Count * WeightOfPast) + ((long)(_sorted?.Blocks.Length ?? 0) * WeightOfBlock)
        + _packer.Texts.Weight + _removed.Weight;

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status => _status;

    /// <summary>Why the project has that status.</summary>
    public string? StatusReason => _statusReason;

    /// <summary>The visible files, in a page's order.</summary>
    public IEnumerable<Distribution> Visible => Sorted.Blocks.SelectMany(block => block.Files).Select(Unpack);

    /// <summary>
    /// The files whose bytes others put into the folder, in no particular order: those that are visible, and those whose
    /// bytes are kept.
    /// </summary>
    public IEnumerable<Distribution> Adopted => _visible.Values
        .Concat(_removed.All.Where(removed => removed.PurgedAt is null).Select(removed => removed.Packed))
        .Where(file => file.IsAdopted).Select(Unpack);

    /// <summary>The bytes that are kept of files that were deleted or replaced.</summary>
    public KeptBytes Kept => _removed.Kept;

    /// <summary>The files that were deleted or replaced, and whose bytes stayed, in no particular order.</summary>
    public IEnumerable<RemovedFile> Removed => _removed.All;

    SortedDistributions Sorted
    {
        get
        {
            _unseen = 0;
            return _seen = _sorted ??= SortedDistributions.From(_visible.Values, _seen);
        }
    }

    /// <summary>Finds a distribution by name, in any spelling. Returns null if it was never seen.</summary>
    public PastFile? Find(DistributionFileName name)
    {
        var identity = FileIdentity.From(name);
        var past = _past.GetValueOrDefault(identity);
        if (_visible.TryGetValue(identity, out var visible))
            return new PastFile(Unpack(visible), visible.Sha256, null, past?.Earlier ?? []);
        return past is null ? null : new PastFile(null, past.LastSha256, past.Ended, past.Earlier);
    }

    /// <summary>Finds the visible file with exactly this name.</summary>
    public Distribution? FindVisible(string fileName) =>
        DistributionFileName.TryParse(fileName, project, out var name)
        && _visible.TryGetValue(FileIdentity.From(name), out var visible) && IsNamed(visible, fileName)
            ? Unpack(visible) : null;

    /// <summary>Whether the bytes of a visible file, or those that are kept of a removed one, are at a key.</summary>
    public bool HasBytesAt(string key) => FindVisible(StorageLayout.GetFileName(key))?.Location == key
        || _removed.Find(key) is { PurgedAt: null };

    /// <summary>Returns what a removed file was.</summary>
    public Distribution Unpack(RemovedFile removed) => Unpack(removed.Packed);

    /// <summary>When the record received the newest visible file, at a time at the latest; null if there is none.
    /// </summary>
    public DateTimeOffset? NewestUntil(DateTimeOffset time) => _visible.Values.Select(file => file.RecordedAt)
        .Where(at => at <= time).Select(at => (DateTimeOffset?)at).Max();

    /// <summary>The newest visible files that the record received since a time, some at most.</summary>
    public IEnumerable<Distribution> NewestSince(DateTimeOffset time, int most) => _visible.Values
        .Where(file => file.RecordedAt >= time).OrderByDescending(file => file.RecordedAt).Take(most).Select(Unpack);

    /// <summary>The visible files of a version, in any spelling, in a page's order.</summary>
    public IEnumerable<Distribution> GetFiles(string version) => Sorted.OfVersion(version, Unpack);

    /// <summary>Applies the next event.</summary>
    /// <exception cref="InvalidDataException">The event is not valid at this point.</exception>
    public void Apply(ProjectEvent change)
    {
        Serial++;
        if (change.Serial != Serial && change.Serial != 0)
        {
            throw new InvalidDataException(
                $"Event {Serial} of the record of '{project}' has the serial {change.Serial}: "
                + "lines are missing, repeated or in another order.");
        }
        if (change.At > LastAt)
            LastAt = change.At;
        IndexSerial = change.IndexSerial > IndexSerial ? change.IndexSerial.Value : NextIndexSerial(change.At);
        switch (change.Event)
        {
            case ProjectEventKind.Added or ProjectEventKind.Cached:
                Add(change);
                break;
            case ProjectEventKind.Status:
                if (!ProjectStatusNames.TryParse(change.Status, out _status))
                    throw new InvalidDataException($"Event {Serial} of the record of '{project}' has no known status.");
                _statusReason = change.Reason;
                if (change.Key is { } purged)
                    _removed.Purge(purged, change.At);
                break;
            default:
                Alter(change);
                break;
        }
    }

    /// <summary>
    /// Returns the serial of an event that comes next, unless it states another one: its time in microseconds.
    /// </summary>
    public long NextIndexSerial(DateTimeOffset at) => Math.Max(IndexSerial + 1, IndexSerials.FromTime(at));

    /// <summary>Removes the visible files that another state of the project does not have.</summary>
    public void KeepOnly(Predicate<Distribution> isKept)
    {
        foreach (var (identity, file) in _visible.ToList())
        {
            if (!isKept(Unpack(file)))
                Remove(identity, file);
        }
    }

    void Add(ProjectEvent change)
    {
        var file = change.ToDistribution(project) ?? throw new InvalidDataException(
            $"Event {Serial} of the record of '{project}' is incomplete or not valid.");
        var identity = FileIdentity.From(file.Name);
        if (_removed.Take(file.Location) is { } restored && restored.Had(file.Sha256!.Value))
            file = Inherit(file, Unpack(restored));
        if (!_visible.TryGetValue(identity, out var replaced))
        {
            var past = _past.GetValueOrDefault(identity);
            Remember(identity, past is null ? null : (past.LastSha256, past.Earlier), file);
        }
        else if (replaced.Sha256 == file.Sha256)
        {
            // The same bytes are the same file, at another time or place.
            file = Inherit(file, Unpack(replaced));
        }
        else
        {
            Remember(identity, (replaced.Sha256, _past.GetValueOrDefault(identity)?.Earlier ?? []), file);
            Keep(change, replaced, wasReplaced: true);
        }
        Show(identity, replaced, file);
    }

    /// <summary>Returns a file with what earlier events gave it: it is the same one, which became visible again.</summary>
    static Distribution Inherit(Distribution file, Distribution same) => file with
    {
        Yanked = same.Yanked,
        YankedAt = same.YankedAt,
        YankedBy = same.YankedBy,
        UploadedAt = same.UploadedAt,
        UploadedBy = same.UploadedBy,
    };

    void Keep(ProjectEvent change, PackedDistribution file, bool wasReplaced)
    {
        if (change.KeepsBytes is true && Unpack(file).Location is var location && location != change.Key)
            _removed.Add(location, new RemovedFile(file, change.At, change.By, wasReplaced));
    }

    /// <summary>Remembers the bytes that a file had. A proxy caches and evicts the same any number of times.</summary>
    void Remember(
        FileIdentity identity, (Sha256Digest Last, ImmutableArray<Sha256Digest> Earlier)? before, Distribution file)
    {
        if (before is not { } past)
            return;
        var earlier = past.Last == file.Sha256 ? past.Earlier : past.Earlier.Add(past.Last);
        if (earlier.IsEmpty)
            _past.Remove(identity);
        else
            _past[identity] = new FilePast(file.Sha256!.Value, null, earlier);
    }

    void Alter(ProjectEvent change)
    {
        var identity = change.File is not null && DistributionFileName.TryParse(change.File, project, out var name)
            ? FileIdentity.From(name) : default;
        if (!_visible.TryGetValue(identity, out var packed))
        {
            if (_past.ContainsKey(identity))
                return;
            throw new InvalidDataException(
                $"The record of '{project}' has the event '{change.Event}' for a file it does not have.");
        }
        if (change.Event is ProjectEventKind.Deleted or ProjectEventKind.Gone or ProjectEventKind.Evicted)
        {
            Remove(identity, packed);
            Keep(change, packed, wasReplaced: false);
            _past[identity] = new FilePast(
                packed.Sha256, new EndOfFile(change.Event, change.At),
                _past.GetValueOrDefault(identity)?.Earlier ?? []);
            return;
        }
        var file = Unpack(packed);
        Show(identity, packed, change.Event switch
        {
            ProjectEventKind.Yanked =>
                file with { Yanked = change.Reason ?? "", YankedAt = change.At, YankedBy = change.By },
            ProjectEventKind.Unyanked => file with { Yanked = null, YankedAt = null, YankedBy = null },
            _ => throw new UnreachableException(),
        });
    }

    void Show(FileIdentity identity, PackedDistribution replaced, Distribution file)
    {
        if (!replaced.IsDefault)
            Remove(identity, replaced);
        var packed = _packer.Pack(file);
        _visible[identity] = packed;
        _sorted = _unseen++ < MaxUnseen ? _sorted?.With(packed) : null;
        TotalSize += packed.Size;
        _packedWeight += packed.Weight;
    }

    void Remove(FileIdentity identity, PackedDistribution file)
    {
        _visible.Remove(identity);
        _sorted = _unseen++ < MaxUnseen ? _sorted?.Without(file) : null;
        TotalSize -= file.Size;
        _packedWeight -= file.Weight;
    }

    Distribution Unpack(PackedDistribution file) => file.Unpack(project, _packer.Texts);

    static bool IsNamed(PackedDistribution file, string fileName) =>
        file.Name.SequenceEqual(Encoding.UTF8.GetBytes(fileName));

    /// <summary>Returns the version of the snapshot after a number of events.</summary>
    public static string GetVersion(long serial) => serial.ToString(CultureInfo.InvariantCulture);

    /// <summary>Creates what lists and search show of the project's current state.</summary>
    public CatalogEntry ToCatalogEntry()
    {
        var (blocks, latest) = (Sorted.Blocks, Sorted.MostWanted);
        var wanted = latest.IsDefault ? null : Unpack(latest);
        return new CatalogEntry(project)
        {
            DisplayName = wanted?.DisplayName,
            Summary = wanted?.Summary,
            LatestVersion = wanted?.Name.CanonicalVersion,
            IsLatestYanked = wanted?.Yanked is not null,
            Versions = blocks.Sum(block => block.Releases),
            Files = FileCount,
            Size = TotalSize,
            NewestFileAt = blocks.IsEmpty ? null : blocks.Max(block => block.NewestAt),
            Status = _status,
        };
    }

    /// <summary>Creates a snapshot of the project's current state.</summary>
    public ProjectSnapshot ToSnapshot() => new()
    {
        Project = project,
        Version = GetVersion(Serial),
        Serial = IndexSerial,
        Status = _status,
        StatusReason = _statusReason,
        Files = new SnapshotFileCollection(project, Sorted, _packer.Texts),
    };
}
