using System.Globalization;
using System.Text;
using PyRepo.Downloads;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The layout of a repository's store. All keys but those of leases and owners of buckets are computed here.
/// </summary>
/// <remarks>
/// <code>
/// format.json                            layout version, and the kind, namespace and name of the owner
/// packages/PROJECT/@ID/FILE              bytes that the server wrote, under a unique id; never changed
/// packages/PROJECT/@ID/FILE.provenance   the file's attestations, as the server serves them; never changed
/// packages/…any other path…              files added by others: adopted, never collected as garbage
/// projects/PROJECT.jsonl                 the project's record: one event per line
/// projects/PROJECT/FIRST-LAST.jsonl      buckets: the earlier events of a long record, by serial; never changed
/// upstream/PROJECT.json                  proxies: upstream's page, its validators, when each file was first seen
/// upstream/PROJECT/SHA256.metadata       proxies: core metadata of upstream's files, under its own digest
/// upstream/PROJECT/SHA256.provenance     proxies: provenance of upstream's files, under the digest of its URL
/// seen-projects.bin                      proxies: the projects that upstream once had, as a Bloom filter
/// usage/DAY/REPLICA.json                 proxies: when files were last used
/// statistics/DAY/REPLICA.json            downloads of a day, as each replica counted them
/// statistics/DAY/merged.json             downloads of a day that is long over, of all replicas that it names
/// downloads/LOG/DAY/NAME.jsonl.zst       who downloaded what on a day, if LOG's spec asks for that (DownloadLogLayout)
/// mirror/state.json                      mirrors: which list of upstream's was read, and which runs there are
/// mirror/NUMBER.run                      mirrors: which projects are complete, as of which serial; never changed
/// advisories/SOURCE.osv                  proxies: the last good copy of a source's advisories, a zip or JSON file
/// advisories/SOURCE.json                 proxies: the digest of that copy, and its validators
/// tokens/tokens.json                     the tokens of the repository's clients, hashed
/// restored.json                          the backup from which the store was filled, and whether all of it is there
/// leases/replicas.json                   buckets: the replicas that are running, and which of them may be writing
/// created-bucket.json                    buckets: the server created the bucket, and may delete it
/// </code>
/// </remarks>
static class StorageLayout
{
    /// <summary>The version of this layout. The server rejects a store with a newer version.</summary>
    public const int Version = 1;

    public const string Format = "format.json";
    public const string Restored = "restored.json";
    public const string Packages = "packages/";
    public const string Projects = "projects/";
    const string RecordSuffix = ".jsonl";
    const string PageSuffix = ".json";
    const string ProvenanceSuffix = ".provenance";
    const int MaxNameLength = 255;

    public static string Record(ProjectName project) => $"{Projects}{project.Value}{RecordSuffix}";

    /// <summary>The key of a part of a record that never changes again.</summary>
    public static string RecordSegment(ProjectName project, long firstSerial, long lastSerial) =>
        $"{RecordSegments(project)}{firstSerial}-{lastSerial}{RecordSuffix}";

    /// <summary>Gets the project of whose record a key is a segment. Returns false for any other key.</summary>
    public static bool TryParseRecordSegment(string key, out ProjectName project)
    {
        project = default;
        return key.StartsWith(Projects, StringComparison.Ordinal)
            && key.EndsWith(RecordSuffix, StringComparison.Ordinal)
            && key.Split('/') is [_, var name, _]
            && ProjectName.IsNormalized(name) && ProjectName.TryParse(name, out project);
    }

    /// <summary>The folder of a record's segments.</summary>
    public static string RecordSegments(ProjectName project) => $"{Projects}{project.Value}/";

    /// <summary>The pages and metadata files of a proxy.</summary>
    public const string UpstreamFolder = "upstream/";

    public static string UpstreamPage(ProjectName project) => $"{UpstreamFolder}{project.Value}{PageSuffix}";

    public static string UpstreamMetadata(ProjectName project, Sha256Digest sha256) =>
        $"{UpstreamFolder}{project.Value}/{sha256}.metadata";

    public static string UpstreamProvenance(ProjectName project, Sha256Digest url) =>
        $"{UpstreamFolder}{project.Value}/{url}{ProvenanceSuffix}";

    public const string SeenProjects = "seen-projects.bin";

    /// <summary>Gets the project whose upstream page has this key. Returns false for any other key.</summary>
    public static bool TryParseUpstreamPage(string key, out ProjectName project) =>
        TryParse(key, UpstreamFolder, PageSuffix, out project);

    /// <summary>The key under which a replica records when it used files on a given day.</summary>
    public static string Usage(DateOnly day, string replica) => $"{UsageFolder}{day:yyyy-MM-dd}/{replica}.json";

    public const string UsageFolder = "usage/";

    /// <summary>The key under which a replica counts the downloads of a given day.</summary>
    public static string Statistics(DateOnly day, string replica) => $"{GetStatistics(day)}{replica}.json";

    /// <summary>The key of the downloads of several replicas on a given day. No replica has this name.</summary>
    public static string MergedStatistics(DateOnly day) => Statistics(day, "merged");

    /// <summary>The folder of the downloads of a day.</summary>
    public static string GetStatistics(DateOnly day) => $"{StatisticsFolder}{day:yyyy-MM-dd}/";

    public const string StatisticsFolder = "statistics/";

    /// <summary>Gets the day to whose downloads a key or a folder belongs. Returns false for any other.</summary>
    public static bool TryParseStatisticsDay(ReadOnlySpan<char> key, out DateOnly day)
    {
        const int length = 10;
        day = default;
        return key.StartsWith(StatisticsFolder, StringComparison.Ordinal)
            && key[StatisticsFolder.Length..] is { Length: > length } rest && rest[length] == '/'
            && DateOnly.TryParseExact(
                rest[..length], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }

    public const string MirrorState = $"{MirrorFolder}state.json";

    public const string MirrorFolder = "mirror/";

    /// <summary>The key of projects of a mirror.</summary>
    public static string MirrorRun(long number) => $"{MirrorFolder}{number:D8}{RunSuffix}";

    /// <summary>Gets the number of a mirror's run. Returns false for any other key.</summary>
    public static bool TryParseMirrorRun(string key, out long number)
    {
        number = 0;
        return key.StartsWith(MirrorFolder, StringComparison.Ordinal)
            && key.EndsWith(RunSuffix, StringComparison.Ordinal)
            && long.TryParse(
                key.AsSpan()[MirrorFolder.Length..^RunSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture,
                out number);
    }

    const string RunSuffix = ".run";

    /// <summary>The copies of advisories.</summary>
    public const string AdvisoriesFolder = "advisories/";

    /// <summary>The copy of a source's advisories.</summary>
    /// <param name="source">The fingerprint of the source.</param>
    public static string Advisories(string source) => $"{AdvisoriesFolder}{source}.osv";

    /// <summary>Returns the key of the metadata about the copy of a source's advisories.</summary>
    /// <param name="source">The fingerprint of the source.</param>
    public static string AdvisoriesMetadata(string source) => $"{AdvisoriesFolder}{source}.json";

    public const string Tokens = $"{TokensFolder}tokens.json";

    const string TokensFolder = "tokens/";

    /// <summary>Gets the project whose record has this key. Returns false for any other key.</summary>
    public static bool TryParseRecord(string key, out ProjectName project) =>
        TryParse(key, Projects, RecordSuffix, out project);

    public static string Bytes(ProjectName project, BlobId id, string fileName) =>
        $"{Packages}{project.Value}/{id}/{fileName}";

    /// <summary>The key of the provenance of bytes that the server wrote.</summary>
    public static string Provenance(string bytes) => bytes + ProvenanceSuffix;

    /// <summary>Whether the key of a file's provenance is not too long for a file system.</summary>
    public static bool CanHaveProvenance(string fileName) =>
        Encoding.UTF8.GetByteCount(Provenance(fileName)) <= MaxNameLength;

    /// <summary>Returns the key of the bytes of which a key has the provenance, or null if it has none.</summary>
    public static string? BytesOfProvenance(string key) =>
        key.EndsWith(ProvenanceSuffix, StringComparison.Ordinal) ? key[..^ProvenanceSuffix.Length] : null;

    /// <summary>
    /// Whether a key with an id is of something that this version writes: the bytes of a distribution, or their
    /// provenance.
    /// </summary>
    public static bool IsKnownContent(string key) =>
        DistributionFileName.TryParse(GetFileName(BytesOfProvenance(key) ?? key), out var file)
        && file.PackageType is not PackageType.Unknown;

    /// <summary>Whether a folder (a key that ends with a slash) contains bytes that the server wrote.</summary>
    public static bool IsOwnFolder(ReadOnlySpan<char> folder)
    {
        var key = folder.TrimEnd('/');
        return key.Count('/') == 2 && BlobId.IsValid(key[(key.LastIndexOf('/') + 1)..]);
    }

    /// <summary>The key for a file that an import leaves for a running server to adopt.</summary>
    public static string Imported(string batch, string fileName) => $"{Packages}imported/{batch}/{fileName}";

    /// <summary>Returns the file name in a key.</summary>
    public static string GetFileName(string key) => key[(key.LastIndexOf('/') + 1)..];

    /// <summary>Returns the folder of a key, which ends with a slash.</summary>
    public static string GetFolder(string key) => key[..(key.LastIndexOf('/') + 1)];

    /// <summary>
    /// Returns the id under which the server wrote the bytes of a key, or null if the server did not write them.
    /// </summary>
    public static BlobId? GetId(string key)
    {
        var parts = key.Split('/');
        return parts.Length == 4 && BlobId.TryParse(parts[2], out var id) ? id : null;
    }

    /// <summary>Whether a folder at the root (its name with a slash) is one of this layout.</summary>
    public static bool IsFolder(ReadOnlySpan<char> folder) =>
        folder is Packages or Projects or UpstreamFolder or UsageFolder or StatisticsFolder or MirrorFolder
            or DownloadLogLayout.Folder or AdvisoriesFolder or TokensFolder;

    /// <summary>Whether a key may be the format of another store, below a folder that is none of this layout.</summary>
    public static bool IsFormatBelow(string key) => key.EndsWith($"/{Format}", StringComparison.Ordinal);

    static bool TryParse(string key, string folder, string suffix, out ProjectName project)
    {
        project = default;
        return key.StartsWith(folder, StringComparison.Ordinal)
            && key.EndsWith(suffix, StringComparison.Ordinal)
            && ProjectName.IsNormalized(key.AsSpan()[folder.Length..^suffix.Length])
            && ProjectName.TryParse(key.AsSpan()[folder.Length..^suffix.Length], out project);
    }
}
