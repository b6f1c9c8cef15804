namespace PyRepo.Server.Serving.Management;

/// <summary>The status of an upstream.</summary>
/// <param name="Reachable">Whether the last request succeeded. It is true before the first request.</param>
/// <param name="LastSuccess">When a request last succeeded.</param>
/// <param name="LastError">Why the last request failed.</param>
sealed record UpstreamStatus(bool Reachable, DateTimeOffset? LastSuccess, string? LastError);
