namespace PyRepo.Server.Content.Attestations;

/// <summary>Counts files by what was found out about their attestations.</summary>
sealed class ProvenanceCounts
{
    readonly long[] _counts = new long[Enum.GetValues<ProvenanceVerdict>().Length];

    /// <summary>How many files have had a verdict.</summary>
    public long this[ProvenanceVerdict verdict] => Interlocked.Read(ref _counts[(int)verdict]);

    /// <summary>Counts a file.</summary>
    public void Add(ProvenanceVerdict verdict) => Interlocked.Increment(ref _counts[(int)verdict]);
}

/// <summary>The outcome for the attestations of a file.</summary>
enum ProvenanceVerdict
{
    /// <summary>It has some, and each is proved, by a publisher that may have made it.</summary>
    Verified,

    /// <summary>One is not proved, or none is by a publisher that is demanded.</summary>
    Refused,

    /// <summary>It has none, and needs none.</summary>
    Absent,
}
