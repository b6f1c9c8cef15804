using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Records;

/// <summary>Where everything lies in a repository's store; no other file computes a key.</summary>
/// <remarks>
/// <code>
/// format.json                            layout version, and the kind, namespace and name of the owner
/// packages/PROJECT/ID/FILE               bytes that the server wrote, under an id of their own; never changed
/// packages/…any other path…              what somebody put there: to be adopted, never collected as garbage
/// projects/PROJECT.jsonl                 the project's record: one event a line
/// upstream/PROJECT.json                  a proxy's: upstream's page, its validators, when each file was first seen
/// upstream/PROJECT/SHA256.metadata       a proxy's: core metadata of upstream's files, under their own digest
/// usage/DAY/REPLICA.json                 a proxy's: when its files were last used
/// </code>
/// </remarks>
static class StorageLayout
{
    /// <summary>The version of this layout; a store of a newer one is refused.</summary>
    public const int Version = 1;

    public const string Format = "format.json";
    public const string Packages = "packages/";
    public const string Projects = "projects/";
    const string RecordSuffix = ".jsonl";

    public static string Record(ProjectName project) => $"{Projects}{project.Value}{RecordSuffix}";

    public static string UpstreamPage(ProjectName project) => $"upstream/{project.Value}.json";

    public static string UpstreamMetadata(ProjectName project, Sha256Digest sha256) =>
        $"upstream/{project.Value}/{sha256}.metadata";

    /// <summary>Where one replica says when it used files on a day.</summary>
    public static string Usage(DateOnly day, string replica) => $"{UsageFolder}{day:yyyy-MM-dd}/{replica}.json";

    public const string UsageFolder = "usage/";

    /// <summary>The project whose record a key is; false for any other key.</summary>
    public static bool TryParseRecord(string key, out ProjectName project)
    {
        project = default;
        return key.StartsWith(Projects, StringComparison.Ordinal)
            && key.EndsWith(RecordSuffix, StringComparison.Ordinal)
            && ProjectName.IsNormalized(key.AsSpan()[Projects.Length..^RecordSuffix.Length])
            && ProjectName.TryParse(key.AsSpan()[Projects.Length..^RecordSuffix.Length], out project);
    }

    public static string Bytes(ProjectName project, BlobId id, string fileName) =>
        $"{Packages}{project.Value}/{id}/{fileName}";

    /// <summary>Whether a folder, a key that ends with a slash, holds bytes that the server wrote.</summary>
    public static bool IsOwnFolder(string folder) =>
        folder.TrimEnd('/').Split('/') is [_, _, var id] && BlobId.TryParse(id, out _);

    /// <summary>Where an import beside a running server puts a file, to be adopted.</summary>
    public static string Imported(string batch, string fileName) => $"{Packages}imported/{batch}/{fileName}";

    /// <summary>The file's name in a key.</summary>
    public static string FileNameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    /// <summary>The id under which the server wrote the bytes of a key; null where somebody else put them there.</summary>
    public static BlobId? IdOf(string key)
    {
        var parts = key.Split('/');
        return parts.Length == 4 && BlobId.TryParse(parts[2], out var id) ? id : null;
    }
}
