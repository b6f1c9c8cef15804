using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides cached files that upstream removed: all of them, or those that it had quarantined before.</summary>
/// <param name="action">The value of <c>onUpstreamRemoval</c>.</param>
sealed class RemovalRule(UpstreamRemoval action) : IPolicyRule
{
    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => file switch
    {
        { RemovedAt: { } removed, WasQuarantined: true } =>
            new Verdict("onUpstreamRemoval", action.ToString(), "was quarantined and removed by upstream", removed),
        { RemovedAt: { } removed } when action is UpstreamRemoval.Hide =>
            new Verdict("onUpstreamRemoval", action.ToString(), "was removed by upstream", removed),
        _ => null,
    };
}
