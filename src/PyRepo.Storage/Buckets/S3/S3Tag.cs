using System.Globalization;
using System.Security.Cryptography;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>How S3 writes versions and times.</summary>
static class S3Tag
{
    /// <summary>Returns the version that an ETag is.</summary>
    public static VersionTag Parse(string etag) => new(etag.Trim('"'));

    /// <summary>Returns the ETag of an answer, or null if it has none.</summary>
    public static string? Find(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null;

    /// <summary>Returns a version as an ETag.</summary>
    public static string Quote(VersionTag version) => $"\"{version.Value}\"";

    /// <summary>Returns the time that a text is, or null.</summary>
    public static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Returns a time as a HEAD tells it. A listing tells milliseconds, too.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>Returns the version of an object whose parts have these tags, or null if it is unknown.</summary>
    public static VersionTag? OfParts(string[] tags)
    {
        try
        {
#pragma warning disable CA5351 // S3 defines it so. It protects nothing.
            var hash = MD5.HashData(Convert.FromHexString(string.Concat(tags.Select(tag => tag.Trim('"')))));
#pragma warning restore CA5351
            return new VersionTag(string.Create(
                CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(hash)}-{tags.Length}"));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
