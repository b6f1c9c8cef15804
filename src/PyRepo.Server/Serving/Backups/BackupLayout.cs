using System.Globalization;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Stores;

namespace PyRepo.Server.Serving.Backups;

/// <summary>The layout of a repository's backups in their bucket. All keys but those of leases are computed here.</summary>
/// <remarks>
/// <code>
/// format.json                 whose backups these are: the kind of the repository with "Backup" behind it
/// content/AB/SHA256           the content of one or more objects of the repository, under its digest; never changed
/// backups/NAME.jsonl.gz       the objects of a backup, one per line, see <see cref="BackupManifest"/>
/// backups/NAME.json           its summary; without it, the backup is not complete
/// verified/NAME.json          the outcome of the last time that the backup was read back
/// </code>
/// NAME is the moment in UTC of which everything is in the backup: <c>20261129T030000Z</c>.
/// </remarks>
static class BackupLayout
{
    public const string Content = "content/";
    public const string Backups = "backups/";
    public const string Verified = "verified/";
    const string SummarySuffix = ".json";
    const string ManifestSuffix = ".jsonl.gz";
    const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    const string KindSuffix = "Backup";

    /// <summary>Returns a store of which the backups of its owner are, and no repository.</summary>
    public static RepositoryStore AsBackups(RepositoryStore bucket) => bucket with
    {
        Owner = bucket.Owner with { Kind = bucket.Owner.Kind + KindSuffix },
        Replicas = 1,
    };

    public static string ContentOf(Sha256Digest sha256)
    {
        var hex = sha256.ToString();
        return $"{Content}{hex[..2]}/{hex}";
    }

    /// <summary>Gets the digest in the key of content. Returns false for any other key.</summary>
    public static bool TryParseContent(string key, out Sha256Digest sha256)
    {
        sha256 = default;
        return key.StartsWith(Content, StringComparison.Ordinal)
            && Sha256Digest.TryParse(StorageLayout.GetFileName(key), out sha256) && ContentOf(sha256) == key;
    }

    public static string Summary(string name) => $"{Backups}{name}{SummarySuffix}";

    public static string Manifest(string name) => $"{Backups}{name}{ManifestSuffix}";

    public static string Verification(string name) => $"{Verified}{name}{SummarySuffix}";

    /// <summary>Gets the backup to which a summary or a manifest belongs. Returns false for any other key.</summary>
    public static bool TryParseBackup(string key, out string name, out bool isSummary)
    {
        isSummary = !key.EndsWith(ManifestSuffix, StringComparison.Ordinal);
        name = "";
        var suffix = isSummary ? SummarySuffix : ManifestSuffix;
        if (!key.StartsWith(Backups, StringComparison.Ordinal) || !key.EndsWith(suffix, StringComparison.Ordinal)
            || key.Length <= Backups.Length + suffix.Length)
        {
            return false;
        }
        name = key[Backups.Length..^suffix.Length];
        return TryParseName(name, out _);
    }

    /// <summary>Returns the name of the backup of a moment, to the second.</summary>
    public static string NameOf(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture);

    /// <summary>Gets the moment of a backup. Returns false if a text is not the name of one.</summary>
    public static bool TryParseName(string name, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
}
