using System.Globalization;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The number of a version of an object. No version has the number 0.</summary>
static class GcsGeneration
{
    /// <summary>The version with a number.</summary>
    public static VersionTag ToVersion(long generation) => new(generation.ToString(CultureInfo.InvariantCulture));

    /// <summary>The condition of a write, as a part of a query that others precede.</summary>
    /// <exception cref="PreconditionFailedException">No object can have that version.</exception>
    public static string Query(string name, WriteCondition condition)
    {
        if (condition.MustBeAbsent)
            return "&ifGenerationMatch=0";
        if (condition.Version is not { } version)
            return "";
        return IsNumber(version)
            ? $"&ifGenerationMatch={version}"
            : throw new PreconditionFailedException($"The object at '{name}' does not have the version {version}.");
    }

    /// <summary>The conditions of a read, as a part of a query that others precede.</summary>
    public static string Query(BucketRead read) =>
        (read.Match is { } match ? $"&ifGenerationMatch={(IsNumber(match) ? match : 1)}" : "")
        + (read.NoneMatch is { } none && IsNumber(none) ? $"&ifGenerationNotMatch={none}" : "");

    /// <summary>
    /// When a version was written, of which only the number is known. Numbers are microseconds since 1970, though
    /// Google does not promise it; the time of another number is not known.
    /// </summary>
    public static DateTimeOffset ToTime(long generation, DateTimeOffset otherwise)
    {
        var limit = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000;
        if (generation < 1_000_000_000_000_000 || generation > limit)
            return BucketTime.Truncate(otherwise);
        return DateTimeOffset.FromUnixTimeSeconds(generation / 1_000_000);
    }

    static bool IsNumber(VersionTag version) =>
        long.TryParse(version.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
