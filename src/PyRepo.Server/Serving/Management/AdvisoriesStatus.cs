namespace PyRepo.Server.Serving.Management;

/// <summary>The advisories of a proxy's policy.</summary>
/// <param name="Count">How many are in force, or null before the first reading.</param>
/// <param name="LastSuccess">When the source was last read.</param>
/// <param name="LastError">Why the source could not be read.</param>
sealed record AdvisoriesStatus(int? Count, DateTimeOffset? LastSuccess, string? LastError);
