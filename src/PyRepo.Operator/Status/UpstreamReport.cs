namespace PyRepo.Operator.Status;

/// <summary>How a proxy's upstream fares.</summary>
/// <param name="Reachable">Whether its last answer was one; true before it was first asked.</param>
/// <param name="LastSuccess">When it last answered.</param>
/// <param name="LastError">What is wrong, in the server's words.</param>
public sealed record UpstreamReport(bool Reachable, DateTimeOffset? LastSuccess, string? LastError = null);
