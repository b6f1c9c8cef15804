using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Attestations;

/// <summary>Counts files by what was found out about their attestations.</summary>
sealed class ProvenanceCounts
{
    /// <summary>The outcomes that are counted.</summary>
    public static IReadOnlyList<ProvenanceVerdict> Counted { get; } =
        [ProvenanceVerdict.Verified, ProvenanceVerdict.Refused, ProvenanceVerdict.Absent];

    readonly long[] _counts = new long[Enum.GetValues<ProvenanceVerdict>().Length];

    /// <summary>How many files have had a verdict.</summary>
    public long this[ProvenanceVerdict verdict] => Interlocked.Read(ref _counts[(int)verdict]);

    /// <summary>Counts a file.</summary>
    public void Add(ProvenanceVerdict verdict) => Interlocked.Increment(ref _counts[(int)verdict]);
}
