namespace PyRepo.Server.Content.Repositories;

/// <summary>The names of verdicts on attestations, as documents and metrics spell them.</summary>
static class ProvenanceVerdictNames
{
    /// <summary>Returns the name of a verdict.</summary>
    public static string ToName(this ProvenanceVerdict verdict) => verdict switch
    {
        ProvenanceVerdict.Verified => "verified",
        ProvenanceVerdict.Refused => "refused",
        ProvenanceVerdict.Absent => "absent",
        _ => "pending",
    };
}
