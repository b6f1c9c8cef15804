using PyRepo.Advisories;
using PyRepo.Packaging.Names;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>Replays the policy of manifests over the downloads of a proxy that runs.</summary>
/// <param name="host">The proxy.</param>
/// <param name="served">Its resource.</param>
/// <param name="configuration">The configuration in effect, which has the ConfigMaps that the manifests lack.</param>
sealed class CandidateReplay(ProxyHost host, ProxyRepository served, ServerConfiguration configuration)
    : ICandidateReplay
{
    /// <summary>The name of the manifests in problems, by which they are JSON.</summary>
    const string ManifestName = "candidate.json";

    /// <inheritdoc/>
    public Task<ReplayOutcome> RunAsync(
        Func<Task<string>> readAsync, TimeSpan since, Predicate<ProjectName> mayRead,
        CancellationToken cancellationToken) => host.Replay.InTurnAsync(
            async () => await ReplayAsync(await readAsync(), since, mayRead, cancellationToken), cancellationToken);

    async Task<ReplayOutcome> ReplayAsync(
        string manifests, TimeSpan since, Predicate<ProjectName> mayRead, CancellationToken cancellationToken)
    {
        var set = ManifestReader.Read([new ManifestSource(ManifestName, manifests)]);
        if (!set.Problems.IsEmpty)
            throw Invalid($"The candidate is not valid: {set.Problems[0]}.");
        if (set.Resources is not [ProxyRepository candidate])
            throw Invalid("Send exactly one ProxyRepository, the one with the policy, and its ConfigMaps.");
        var policy = GetPolicy(candidate, set);
        var advisories = candidate.Spec.Policy?.Advisories;
        var complete = advisories is null
            ? policy
            : host.Advisories.TryApplyTo(policy, advisories, GetOwnAdvisories(candidate, set));
        var outcome = await host.Replay.RunAsync(
            complete ?? policy, host.PolicyInForce, since, mayRead, cancellationToken);
        return complete is not null ? outcome : outcome with
        {
            Notes =
            [
                $"The rule 'advisories' was not replayed: the proxy has not read {advisories!.Source}. It does if its "
                    + "policy names this source, for example with 'action: Report'.",
            ],
        };
    }

    Policy GetPolicy(ProxyRepository candidate, ManifestSet set)
    {
        var policy = PolicyReader.Read(candidate, configuration with { Manifests = set });
        if (policy.Unavailable is not null)
            policy = PolicyReader.Read(candidate with { Metadata = served.Metadata }, configuration);
        return policy.Unavailable is { } missing
            ? throw Invalid($"{missing} Neither the candidate's manifests nor the server have it.")
            : policy;
    }

    AdvisoryDatabase? GetOwnAdvisories(ProxyRepository candidate, ManifestSet set)
    {
        var own = AdvisoriesReader.ReadOwn(candidate, configuration with { Manifests = set });
        if (own?.Failure is not null)
            own = AdvisoriesReader.ReadOwn(candidate with { Metadata = served.Metadata }, configuration);
        return own?.Failure is { } failure ? throw Invalid(failure) : own?.Database;
    }

    static RejectedException Invalid(string message) => new(RejectionReason.Invalid, message);
}
