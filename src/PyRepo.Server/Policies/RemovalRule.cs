using PyRepo.Server.Repositories;

namespace PyRepo.Server.Policies;

/// <summary>Hides cached files that upstream removed: <c>onUpstreamRemoval: Hide</c>.</summary>
sealed class RemovalRule : IPolicyRule
{
    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => file.RemovedAt is { } removed
        ? new Verdict("onUpstreamRemoval", "Hide", "was removed by upstream", removed)
        : null;
}
