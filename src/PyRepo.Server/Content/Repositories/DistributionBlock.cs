using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// Files of a project that follow each other on its page, with all files of their releases. It never changes: another
/// state of the project has the same blocks, but for those in which files changed.
/// </summary>
sealed class DistributionBlock(ImmutableArray<PackedDistribution> files)
{
    /// <summary>One release in so many ends a block.</summary>
    const uint ReleasesPerBlock = 64;

    readonly Lazy<Totals> _totals = new(() => Totals.From(files));

    /// <summary>The files, in a page's order; at least one.</summary>
    public ImmutableArray<PackedDistribution> Files => files;

    /// <summary>Says which block it is, where the block itself would keep its files in memory.</summary>
    public object Id { get; } = new();

    /// <summary>The number of releases.</summary>
    public int Releases => _totals.Value.Releases;

    /// <summary>The longest that the files can be on a page, in bytes.</summary>
    public long PageLength => _totals.Value.PageLength;

    /// <summary>Whether a file has a provenance.</summary>
    public bool HasProvenance => _totals.Value.HasProvenance;

    /// <summary>The file that users most likely want.</summary>
    public PackedDistribution MostWanted => _totals.Value.MostWanted;

    /// <summary>When the newest file was added.</summary>
    public DateTimeOffset NewestAt => _totals.Value.NewestAt;

    /// <summary>
    /// Cuts sorted files into blocks. Where is decided by the versions alone, so that a change moves no other cut, and
    /// so that all processes cut alike.
    /// </summary>
    public static IEnumerable<DistributionBlock> Cut(ImmutableArray<PackedDistribution> sorted)
    {
        var start = 0;
        for (var end = 1; end <= sorted.Length; end++)
        {
            if (end < sorted.Length && !(EndsBlock(sorted[end - 1]) && !AreOfOneRelease(sorted[end - 1], sorted[end])))
                continue;
            yield return new DistributionBlock(sorted[start..end]);
            start = end;
        }
    }

    /// <summary>Whether a block ends with the file's release.</summary>
    public static bool EndsBlock(PackedDistribution file)
    {
        var hash = 2166136261u; // FNV-1a
        foreach (var part in file.OrderKey)
            hash = (hash ^ part) * 16777619u;
        return (hash ^ (hash >> 16)) % ReleasesPerBlock == 0;
    }

    static bool AreOfOneRelease(PackedDistribution a, PackedDistribution b) =>
        a.OrderKey.SequenceEqual(b.OrderKey);

    /// <summary>The facts that a look at all files reveals.</summary>
    readonly record struct Totals(
        int Releases, long PageLength, bool HasProvenance, PackedDistribution MostWanted, DateTimeOffset NewestAt)
    {
        public static Totals From(ImmutableArray<PackedDistribution> files)
        {
            var totals = new Totals(1, files[0].PageLength, files[0].HasProvenance, files[0], files[0].RecordedAt);
            for (var i = 1; i < files.Length; i++)
            {
                var file = files[i];
                totals = new Totals(
                    totals.Releases + (AreOfOneRelease(files[i - 1], file) ? 0 : 1),
                    totals.PageLength + file.PageLength,
                    totals.HasProvenance || file.HasProvenance,
                    file.CompareWanted(totals.MostWanted) > 0 ? file : totals.MostWanted,
                    file.RecordedAt > totals.NewestAt ? file.RecordedAt : totals.NewestAt);
            }
            return totals;
        }
    }
}
