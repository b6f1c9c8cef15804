namespace Bench.Hostile.Clients;

/// <summary>A request of somebody honest, who knows what should come.</summary>
/// <param name="What">What the tables call it.</param>
/// <param name="IsRight">Whether these are the bytes that should come.</param>
/// <param name="Login">user:password; null: none.</param>
/// <param name="NeedsUpstream">Whether it cannot be answered while upstream is down.</param>
sealed record HonestRequest(
    string What, string Path, Func<byte[], bool> IsRight, string? Login = null, bool NeedsUpstream = false);
