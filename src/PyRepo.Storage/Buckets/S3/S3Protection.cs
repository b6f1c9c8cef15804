using System.Xml.Linq;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Finds out whether a bucket keeps versions, and locks them.</summary>
static class S3Protection
{
    /// <inheritdoc cref="IBucketClient.FindProtectionAsync"/>
    public static async Task<BucketProtection> FindAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        var versioning = await S3Configuration.FindAsync(connection, "versioning", cancellationToken);
        var objectLock = await S3Configuration.FindAsync(connection, "object-lock", cancellationToken);
        return new(
            versioning is null ? null : Text(versioning, "Status") is "Enabled",
            objectLock is null ? null : Describe(objectLock));
    }

    static string Describe(XElement objectLock) =>
        Text(objectLock, "ObjectLockEnabled") is null ? ""
        : Text(objectLock, "Mode") is not { } mode ? "without a default retention"
        : Text(objectLock, "Days") is { } days ? $"{mode} for {days} days"
        : $"{mode} for {Text(objectLock, "Years")} years";

    static string? Text(XElement root, string name) =>
        root.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
}
