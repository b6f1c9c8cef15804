using System.Text.Json.Serialization;

namespace PyRepo.Resources.Reports;

/// <summary>The state of one repository, as a server reports it.</summary>
public sealed record RepositoryReport
{
    /// <summary>The API server compares counts as doubles, which are exact up to this one.</summary>
    const long MaxCount = (1L << 53) - 1;

    /// <summary>The kind of its resource.</summary>
    public string Kind { get; init => field = value ?? ""; } = "";

    /// <summary>The name of its resource.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The UID of its resource, or null on a laptop.</summary>
    public string? Uid { get; init; }

    /// <summary>Whether it is served.</summary>
    public bool Ready { get; init; }

    /// <summary>
    /// The kind of reason why it is not ready: an <see cref="UnavailableReason"/>, or one that only a newer server
    /// knows. It is null if the repository is ready, or if the server is of a version that had no reasons. Programs
    /// read this, not the message.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }

    /// <summary>The number of its projects.</summary>
    public int Projects { get; init; }

    /// <summary>The number of its files.</summary>
    public long Files { get; init; }

    /// <summary>The sum of the files' sizes in bytes.</summary>
    public long Size { get; init; }

    /// <summary>
    /// The deleted and replaced files whose bytes are kept for a while, which <see cref="Size"/> leaves out. It is null if
    /// there are none.
    /// </summary>
    [JsonConverter(typeof(UnreadConverter<RestorableReport>))]
    public RestorableReport? Restorable { get; init; }

    /// <summary>
    /// The state of the bucket. It is null if the data are in a folder, and of a server that does not report it.
    /// </summary>
    public StorageReport? Storage { get; init; }

    /// <summary>
    /// The volume that has the data. It is null if they are in a bucket, before the first measurement, and of a server that
    /// does not report it. A file system without a bound of its own, such as one of 8 EiB, is none that fills up.
    /// </summary>
    public VolumeReport? Volume
    {
        get;
        init => field = value is { Size: >= 0 and <= MaxCount, Free: >= 0 and <= MaxCount } ? value : null;
    }

    /// <summary>Why nothing is written to the repository, or null if it is.</summary>
    [JsonConverter(typeof(UnreadConverter<string>))]
    public string? ReadOnly { get; init; }

    /// <summary>The last failure of the disk, or null if there was none since the repository was opened.</summary>
    [JsonConverter(typeof(UnreadConverter<DiskFailureReport>))]
    public DiskFailureReport? DiskFailure { get; init; }

    /// <summary>The state of a proxy's upstream.</summary>
    public UpstreamReport? Upstream { get; init; }

    /// <summary>How far a mirror is, or null if it is none.</summary>
    public MirrorReport? Mirror { get; init; }

    /// <summary>The limit of a proxy's cache that is reached, and what is not kept for it; null if none is.</summary>
    public string? CacheLimit { get; init; }

    /// <summary>How a proxy's cache is used.</summary>
    public CacheReport? Cache { get; init; }

    /// <summary>The advisories of a proxy's policy, or null if it has none.</summary>
    [JsonConverter(typeof(UnreadConverter<AdvisoriesReport>))]
    public AdvisoriesReport? Advisories { get; init; }

    /// <summary>The trusted root of attestations, or null if none are verified.</summary>
    [JsonConverter(typeof(UnreadConverter<TrustedRootReport>))]
    public TrustedRootReport? TrustedRoot { get; init; }

    /// <summary>The refusals by a proxy's policy, or null if it refused nothing.</summary>
    [JsonConverter(typeof(UnreadConverter<PolicyReport>))]
    public PolicyReport? Policy { get; init; }

    /// <summary>
    /// The files that a proxy's policy hides because they are doubtful: for their provenance, or for signs of an attack;
    /// null if it does not look at these, and of a server that does not report it.
    /// </summary>
    public HeldFilesReport? Held { get; init; }

    /// <summary>
    /// The downloads of releases that advisories name; null if it is not known, and of a server that does not report it.
    /// </summary>
    public CompromisedReport? Compromised { get; init; }

    /// <summary>The backups; null if none are asked for, and of a server that does not make any.</summary>
    public BackupReport? Backup { get; init; }

    /// <summary>The backup from which the store was filled; null if it was not.</summary>
    public RestoreReport? Restored { get; init; }

    /// <summary>How many files in the folder are not served.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int RefusedCount { get; init; }

    /// <summary>The first of the files in the folder that are not served, with the reason.</summary>
    [JsonConverter(typeof(UnreadConverter<IReadOnlyDictionary<string, string>>))]
    public IReadOnlyDictionary<string, string> Refused { get; init => field = value ?? _none; } = _none;

    /// <summary>
    /// Whether the server cannot use what it found in the store; it keeps trying. A server without reasons is
    /// understood by its message, whose text no longer changes.
    /// </summary>
    public bool HasUnusableStore => !Ready
        && (Reason is null ? Message?.StartsWith("can't be opened", StringComparison.Ordinal) is true
            : Reason == nameof(UnavailableReason.StoreUnusable));

    /// <summary>Whether its store is being filled from a backup.</summary>
    public bool IsRestoring => !Ready && Reason == nameof(UnavailableReason.Restoring);

    /// <summary>Whether its numbers and times are such that a status can show them.</summary>
    internal bool IsPlausible =>
        new[]
        {
            Projects, Files, Size, Cache?.Hits, Cache?.Misses, Mirror?.ProjectsDone, Mirror?.ProjectsTotal, Held?.Count,
            Compromised?.Downloads, Compromised?.Releases,
        }
            .All(count => count is null or (>= 0 and <= MaxCount))
        && Held is null or { IsPlausible: true }
        && Backup is null or { IsPlausible: true }
        && Restored is null or { IsPlausible: true }
        && new[] { Upstream?.LastSuccess, Mirror?.LastSync }
            .All(time => time is null || time.Value.UtcDateTime.Year is >= 1970 and < 9999);

    static readonly Dictionary<string, string> _none = [];
}

/// <summary>How many pages and files came from a proxy's cache since it started, and how many from upstream.</summary>
/// <param name="Hits">From the cache.</param>
/// <param name="Misses">From upstream.</param>
public sealed record CacheReport(long Hits, long Misses);

/// <summary>How far a mirror is.</summary>
/// <param name="ProjectsDone">The projects that are complete.</param>
/// <param name="ProjectsTotal">All projects to mirror.</param>
/// <param name="LastSync">When everything was last mirrored.</param>
public sealed record MirrorReport(int ProjectsDone, int ProjectsTotal, DateTimeOffset? LastSync)
{
    /// <summary>The files that were fetched since the server started.</summary>
    [JsonConverter(typeof(UnreadConverter<long>))]
    public long FilesFetched { get; init; }

    /// <summary>The number of failures in the current or last pass.</summary>
    [JsonConverter(typeof(UnreadConverter<long>))]
    public long FailureCount { get; init; }

    /// <summary>The first failures, and what upstream does not have.</summary>
    [JsonConverter(typeof(UnreadConverter<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Messages { get; init => field = value ?? []; } = [];

    /// <summary>The passes that have ended since the server started.</summary>
    [JsonConverter(typeof(UnreadConverter<long>))]
    public long Passes { get; init; }

    /// <summary>How many seconds the last of them took.</summary>
    [JsonConverter(typeof(UnreadConverter<double>))]
    public double LastPassSeconds { get; init; }

    /// <summary>The pages, files and metadata files that it keeps.</summary>
    [JsonConverter(typeof(UnreadConverter<long>))]
    public long Objects { get; init; }
}

/// <summary>The state of a proxy's upstream.</summary>
/// <param name="Reachable">Whether the last request succeeded. It is true before the first request.</param>
/// <param name="LastSuccess">When a request last succeeded.</param>
/// <param name="LastError">Why the last request failed.</param>
public sealed record UpstreamReport(bool Reachable, DateTimeOffset? LastSuccess, string? LastError = null);

/// <summary>The advisories of a proxy's policy.</summary>
/// <param name="Count">How many are in force, or null before the first reading.</param>
/// <param name="LastSuccess">When the source was last read.</param>
/// <param name="LastError">Why the source could not be read.</param>
public sealed record AdvisoriesReport(int? Count, DateTimeOffset? LastSuccess, string? LastError);

/// <summary>The trusted root with which attestations are verified.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Newest">When the newest authority or log that it knows began to be trusted.</param>
/// <param name="Problem">Why it cannot be read.</param>
public sealed record TrustedRootReport(string Source, DateTimeOffset? Newest, string? Problem);

/// <summary>The doubtful files that a proxy hides, of the projects that were used last.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="First">The newest of them, each in a sentence that says why, and until when.</param>
public sealed record HeldFilesReport(int Count, IReadOnlyList<string> First)
{
    /// <inheritdoc cref="HeldFilesReport(int, IReadOnlyList{string})"/>
    public IReadOnlyList<string> First { get; init => field = value ?? []; } = First ?? [];

    /// <summary>How many files each rule hides, by its name; empty of a server that knows one rule, provenance.</summary>
    public IReadOnlyDictionary<string, int> Rules { get; init => field = value ?? _none; } = _none;

    static readonly Dictionary<string, int> _none = [];

    /// <summary>Whether its numbers are such that a status can show them.</summary>
    internal bool IsPlausible => Rules.Count <= MaxRules && Rules.All(
        rule => rule.Key is { Length: > 0 and <= MaxNameLength } && rule.Value >= 0);

    const int MaxRules = 8, MaxNameLength = 32;
}

/// <summary>The downloads of releases that advisories name, as far as the download log is kept.</summary>
/// <param name="Downloads">How many there are.</param>
/// <param name="Releases">Of how many releases.</param>
/// <param name="First">The releases with most of them, as <c>PROJECT==VERSION</c>.</param>
public sealed record CompromisedReport(long Downloads, int Releases, IReadOnlyList<string> First)
{
    /// <inheritdoc cref="CompromisedReport(long, int, IReadOnlyList{string})"/>
    public IReadOnlyList<string> First { get; init => field = value ?? []; } = First ?? [];
}

/// <summary>The refusals by a proxy's policy since it started.</summary>
/// <param name="Refused">The number of requests for hidden files, by rule.</param>
/// <param name="First">The first of these files, with the reason.</param>
public sealed record PolicyReport(IReadOnlyDictionary<string, long> Refused, IReadOnlyList<string> First);

/// <summary>A failure of the disk that has a repository's data.</summary>
/// <param name="At">When it was.</param>
/// <param name="Key">The key or the folder that it was about.</param>
/// <param name="Message">The system's message.</param>
/// <param name="Count">How many there were since the store was opened, with this one.</param>
public sealed record DiskFailureReport(DateTimeOffset At, string Key, string Message, long Count);

/// <summary>The files that can be restored.</summary>
/// <param name="Files">How many there are.</param>
/// <param name="Size">The sum of their sizes in bytes.</param>
public sealed record RestorableReport(long Files, long Size);
