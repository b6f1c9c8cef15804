using System.Collections.Immutable;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>A file of statistics that was read.</summary>
/// <param name="Key">Its key in the store.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">The SHA-256 of its bytes.</param>
/// <param name="Rows">The downloads.</param>
/// <param name="Parts">The digests of the replicas' files that are in the rows.</param>
sealed record StatisticsFile(
    string Key, VersionTag Version, string Digest, IReadOnlyList<DownloadRow> Rows, ImmutableArray<string> Parts)
{
    /// <summary>The approximate memory of an object, and of a row with its texts, in bytes.</summary>
    const int WeightOfFile = 500, WeightOfRow = 180;

    /// <summary>Whether it cannot be read, so that it has no rows.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    public long Weight => WeightOfFile + (Rows.Count * (long)WeightOfRow);
}
