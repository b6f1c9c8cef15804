namespace PyRepo.Storage.Buckets.Checks;

/// <summary>The results of all checks of a bucket.</summary>
/// <param name="Findings">They, in the order in which they were made.</param>
public sealed record BucketReport(IReadOnlyList<BucketFinding> Findings)
{
    /// <summary>The conclusion from all of them. Without any, nothing is known to work.</summary>
    public BucketVerdict Verdict =>
        Findings.Count == 0 || Findings.Any(finding => finding.Result is FindingResult.Wrong) ? BucketVerdict.Unusable
        : Findings.Any(finding => finding.Result is FindingResult.OneReplica) ? BucketVerdict.OneReplica
        : BucketVerdict.SeveralReplicas;
}

/// <summary>The use that a bucket is good for.</summary>
public enum BucketVerdict
{
    /// <summary>Any number of replicas.</summary>
    SeveralReplicas,

    /// <summary>One replica.</summary>
    OneReplica,

    /// <summary>Nobody.</summary>
    Unusable,
}
