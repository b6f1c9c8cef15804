namespace PyRepo.Sigstore.Roots;

/// <summary>A time range, with both of its ends.</summary>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end; null while there is none.</param>
public readonly record struct ValidityPeriod(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>Whether a time is in the range.</summary>
    public bool Contains(DateTimeOffset time) => Start <= time && (End is not { } end || time <= end);
}
