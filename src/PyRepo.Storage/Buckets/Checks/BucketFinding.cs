namespace PyRepo.Storage.Buckets.Checks;

/// <summary>The result of one check of a bucket.</summary>
/// <param name="Check">The check: <c>conditions</c>.</param>
/// <param name="Endpoint">The endpoint through which it was made.</param>
/// <param name="Result">The result.</param>
/// <param name="Message">The facts, and their meaning, in sentences.</param>
/// <param name="Details">The single trials, a line each.</param>
public sealed record BucketFinding(
    string Check, string Endpoint, FindingResult Result, string Message, IReadOnlyList<string> Details);

/// <summary>The results of checks.</summary>
public enum FindingResult
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>It was not tried, or the service does not say.</summary>
    Unknown,

    /// <summary>It matters for some settings only.</summary>
    Note,

    /// <summary>Only one replica may use the bucket.</summary>
    OneReplica,

    /// <summary>The bucket cannot be used.</summary>
    Wrong,
}
