namespace PyRepo.Operator.Status;

/// <summary>The state of a proxy's upstream.</summary>
/// <param name="Reachable">Whether the last request to it succeeded; true before the first request.</param>
/// <param name="LastSuccess">The time of its last response.</param>
/// <param name="LastError">The server's message about the last failure.</param>
public sealed record UpstreamReport(bool Reachable, DateTimeOffset? LastSuccess, string? LastError = null);
