using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Records;

/// <summary>The state that results from a project's events. It is not thread-safe; its record guards it.</summary>
sealed class ProjectHistory(ProjectName project)
{
    /// <summary>The approximate memory that one file takes, in bytes.</summary>
    const int WeightOfFile = 2500;

    readonly Dictionary<string, PastFile> _files = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _identities = new(StringComparer.Ordinal);
    ProjectStatus _status;
    string? _statusReason;
    string? _summary;
    ReleaseTotals? _releases;

    /// <summary>The number of events so far.</summary>
    public long Serial { get; private set; }

    /// <summary>The latest time of an event, or the earliest possible if there was none.</summary>
    public DateTimeOffset LastAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>The number of visible files.</summary>
    public int FileCount { get; private set; }

    /// <summary>The total size of the visible files, in bytes.</summary>
    public long TotalSize { get; private set; }

    /// <summary>The approximate memory that this history takes, in bytes.</summary>
    public long Weight => 500 + ((long)_files.Count * WeightOfFile);

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status => _status;

    /// <summary>Why the project has that status.</summary>
    public string? StatusReason => _statusReason;

    /// <summary>Finds a distribution by name, in any spelling. Returns null if it was never seen.</summary>
    public PastFile? Find(DistributionFileName name) => _files.GetValueOrDefault(name.Identity);

    /// <summary>Finds the visible file with exactly this name.</summary>
    public Distribution? FindVisible(string fileName) =>
        _identities.TryGetValue(fileName, out var identity)
        && _files[identity].Visible is { } visible && visible.Name.FileName == fileName ? visible : null;

    /// <summary>The visible files, in no particular order.</summary>
    public IEnumerable<Distribution> Visible => _files.Values.Select(f => f.Visible).OfType<Distribution>();

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
        switch (change.Event)
        {
            case ProjectEventKind.Added or ProjectEventKind.Cached:
                Add(change);
                break;
            case ProjectEventKind.Status:
                if (!ProjectStatusNames.TryParse(change.Status, out _status))
                    throw new InvalidDataException($"Event {Serial} of the record of '{project}' has no known status.");
                _statusReason = change.Reason;
                break;
            default:
                Alter(change);
                break;
        }
    }

    void Add(ProjectEvent change)
    {
        var file = ToDistribution(change);
        var identity = file.Name.Identity;
        _identities[file.Name.FileName] = identity;
        var past = _files.GetValueOrDefault(identity);
        if (past?.Visible is { } replaced)
            Count(replaced, -1);
        Count(file, +1);
        if (past?.Visible is null)
            _releases?.Add(file);
        else
            _releases = null;
        // The same bytes mean the same file, whose modification time alone changed.
        _files[identity] = past?.Visible is { } same && same.Sha256 == file.Sha256
            ? past with
            {
                Visible = file with
                {
                    Yanked = same.Yanked,
                    YankedAt = same.YankedAt,
                    YankedBy = same.YankedBy,
                    UploadedAt = same.UploadedAt,
                    UploadedBy = same.UploadedBy,
                },
            }
            : new PastFile(file, file.Sha256!.Value, null, EarlierThan(file, past));
    }

    /// <summary>A proxy caches and evicts the same bytes any number of times.</summary>
    static ImmutableArray<Sha256Digest> EarlierThan(Distribution file, PastFile? past) =>
        past is null ? []
        : past.LastSha256 == file.Sha256 ? past.Earlier
        : past.Earlier.Add(past.LastSha256);

    void Alter(ProjectEvent change)
    {
        if (change.File is null || !_identities.TryGetValue(change.File, out var identity))
        {
            throw new InvalidDataException(
                $"The record of '{project}' has the event '{change.Event}' for a file it does not have.");
        }
        var past = _files[identity];
        if (past.Visible is not { } file)
            return;
        _releases = null;
        if (change.Event is ProjectEventKind.Deleted or ProjectEventKind.Gone or ProjectEventKind.Evicted)
        {
            _files[identity] = past with { Visible = null, Ended = change };
            Count(file, -1);
            return;
        }
        _files[identity] = past with
        {
            Visible = change.Event is ProjectEventKind.Yanked
                ? file with { Yanked = change.Reason ?? "", YankedAt = change.At, YankedBy = change.By }
                : file with { Yanked = null, YankedAt = null, YankedBy = null },
        };
    }

    void Count(Distribution file, int sign)
    {
        FileCount += sign;
        TotalSize += sign * file.Size!.Value;
    }

    Distribution ToDistribution(ProjectEvent change)
    {
        if (change is not { File: { } fileName, Key: { } key, Size: { } size, Sha256: { } digest }
            || !Sha256Digest.TryParse(digest, out var sha256)
            || !DistributionFileName.TryParse(fileName, project, out var name))
        {
            throw new InvalidDataException($"Event {Serial} of the record of '{project}' is incomplete or not valid.");
        }

        return new Distribution
        {
            Name = name,
            Size = size,
            Sha256 = sha256,
            CoreMetadata = Sha256Digest.TryParse(change.CoreMetadata, out var metadata) ? metadata : null,
            Provenance = change.Provenance,
            Md5 = change.Md5,
            Blake2b256 = change.Blake2b256,
            RequiresPython = change.RequiresPython,
            UploadedAt = change.Uploaded ?? change.At,
            RecordedAt = change.At,
            Location = key,
            FileTime = change.FileTime,
            UploadedBy = change.By,
            DisplayName = change.Name,
            Summary = Shared(change.Summary),
        };
    }

    /// <summary>Most files of a project have the same summary, which need be in memory only once.</summary>
    string? Shared(string? summary) => summary == _summary ? _summary : _summary = summary;

    /// <summary>Returns the version of the snapshot after a number of events.</summary>
    public static string VersionOf(long serial) => serial.ToString(CultureInfo.InvariantCulture);

    /// <summary>Creates what lists and search show of the project's current state.</summary>
    public CatalogEntry ToCatalogEntry()
    {
        var releases = _releases ??= new ReleaseTotals(Visible);
        return new CatalogEntry(project)
        {
            DisplayName = releases.Latest?.DisplayName,
            Summary = releases.Latest?.Summary,
            LatestVersion = releases.Latest?.Name.CanonicalVersion,
            IsLatestYanked = releases.Latest?.Yanked is not null,
            Versions = releases.Count,
            Files = FileCount,
            Size = TotalSize,
            NewestFileAt = releases.NewestFileAt,
            Status = _status,
        };
    }

    /// <summary>Creates a snapshot of the project's current state.</summary>
    public ProjectSnapshot ToSnapshot() => new()
    {
        Project = project,
        Version = VersionOf(Serial),
        Serial = Serial,
        Status = _status,
        StatusReason = _statusReason,
        Files = [.. Visible.Order(Distribution.PageOrder).Select(f => new SnapshotFile(f))],
    };
}
