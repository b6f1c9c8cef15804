namespace PyRepo.Server.Management;

/// <summary>How an upstream fares.</summary>
/// <param name="Reachable">Whether its last answer was one; true before it was first asked.</param>
/// <param name="LastSuccess">When it last answered.</param>
/// <param name="LastError">Why its last answer was a failure.</param>
sealed record UpstreamStatus(bool Reachable, DateTimeOffset? LastSuccess, string? LastError);
