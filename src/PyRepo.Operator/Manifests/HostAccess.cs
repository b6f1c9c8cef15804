using System.Collections.Immutable;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// Decides which of the hosts that a resource asks for it may use. A host belongs to the namespace that first claimed
/// it, until a time after its last resource there that names it, or to those that the administrator lists for it.
/// </summary>
public static class HostAccess
{
    /// <summary>How many hosts one namespace may have registered: the registry is one object that all share.</summary>
    public const int MaxHostsPerNamespace = 100;

    /// <summary>
    /// Where clients ask for trusted publishing, whatever the path of the index
    /// (<see href="https://docs.pypi.org/trusted-publishers/internals/">PyPI's internals</see>).
    /// </summary>
    public const string TrustedPublishingPath = "/_/oidc/";

    /// <summary>
    /// Where clients find out who answers that (<see href="https://peps.python.org/pep-0807/">PEP 807</see>, a draft).
    /// </summary>
    public const string DiscoveryPath = "/.well-known/pytp";

    /// <summary>The hosts that a resource may use now.</summary>
    public static ImmutableArray<string> AllowedHosts(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings) =>
        [.. GetClaims(resource, inputs).Where(c => Reject(c, inputs, settings) is null).Select(c => c.Host)];

    /// <summary>The hosts that a resource could use if they were registered to its namespace.</summary>
    public static ImmutableArray<string> HostsToRegister(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return
        [
            .. GetClaims(resource, inputs)
                .Where(claim => MustBeRegistered(claim, settings) && RejectUnlisted(claim, settings) is null)
                .Select(claim => claim.Host)
                .Where(host => GetHolder(host, inputs).IsFreeFor(resource.Namespace)),
        ];
    }

    /// <summary>Why a resource may not use a host that it asks for; null: it may use all.</summary>
    public static Rejection? Reject(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings) =>
        GetClaims(resource, inputs).Select(claim => Reject(claim, inputs, settings)).FirstOrDefault(r => r is not null);

    /// <summary>
    /// Whether a resource that is served below a path also gets <see cref="TrustedPublishingPath"/> and
    /// <see cref="DiscoveryPath"/> of its host. They lead to one server: the first that needs them.
    /// </summary>
    public static bool RoutesTrustedPublishing(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings) =>
        GetClaims(resource, inputs).Any(claim => claim is { TrustsPublishers: true, IsRoot: false }
            && !GetRivals(claim, inputs, settings).Any(other => other.PublishesBefore(claim)));

    static IEnumerable<HostClaim> GetClaims(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return HostClaim.From(resource).Select(
            claim => claim with { IsRouted = inputs.RoutedHosts.Contains(claim.Host, StringComparer.Ordinal) });
    }

    static Rejection? Reject(HostClaim claim, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return RejectUnlisted(claim, settings)
            ?? (MustBeRegistered(claim, settings) ? RejectUnregistered(claim, inputs) : null)
            ?? RejectSamePath(claim, inputs, settings);
    }

    static bool MustBeListed(OperatorSettings settings) =>
        settings.Ingress.Hosts.Count > 0 || settings.Scope is not WatchScope.Cluster;

    /// <summary>Only an operator that may read all namespaces can tell who was first.</summary>
    static bool MustBeRegistered(HostClaim claim, OperatorSettings settings) =>
        settings.Scope is WatchScope.Cluster && !settings.Ingress.Assigns(claim.Owner.Namespace, claim.Host);

    static Rejection? RejectUnlisted(HostClaim claim, OperatorSettings settings) =>
        !MustBeListed(settings) || settings.Ingress.Lists(claim.Owner.Namespace, claim.Host)
            ? null
            : new Rejection(Reason.HostNotAllowed,
                $"The namespace {claim.Owner.Namespace} may not use the host {claim.Host}. Ask the administrator to "
                + "list it in the operator's setting ingress.hosts.");

    static Rejection? RejectUnregistered(HostClaim claim, ReconcileInputs inputs)
    {
        var holder = GetHolder(claim.Host, inputs);
        if (holder.RegisteredTo == claim.Owner.Namespace)
            return null;
        if (!holder.IsFreeFor(claim.Owner.Namespace))
            return new Rejection(Reason.HostTaken, TakenMessage(claim.Host, holder.HeldUntil));
        return inputs.IsHostRegistryFull
            ? new Rejection(Reason.HostRegistryFull,
                $"The host {claim.Host} is not registered to the namespace {claim.Owner.Namespace}, because the "
                + "cluster's list of hosts is full. Ask the administrator to list the host in the operator's setting "
                + "ingress.hosts, or to remove lines of the ConfigMap pyrepo-hosts.")
            : new Rejection(Reason.TooManyHosts,
                $"The host {claim.Host} is not registered to the namespace {claim.Owner.Namespace}, which may have "
                + $"{MaxHostsPerNamespace} hosts. Held ones count. Remove "
                + "another one, or ask the administrator to remove a held one's line from the ConfigMap pyrepo-hosts, "
                + "or to list the hosts in the operator's setting ingress.hosts.");
    }

    static string TakenMessage(string host, DateTimeOffset? heldUntil) => heldUntil is not { } until
        ? $"The host {host} belongs to another namespace, which claimed it first. Choose another host."
        : $"The host {host} belongs to another namespace, which claimed it first. No resource there names it now: it "
            + $"is held until {HostRegistration.GetText(until)}. Choose another host, or wait until then.";

    static Rejection? RejectSamePath(HostClaim claim, ReconcileInputs inputs, OperatorSettings settings)
    {
        if (GetRivals(claim, inputs, settings).FirstOrDefault(other => other.Excludes(claim)) is not { } holder)
            return null;
        var who = holder.Owner.Namespace == claim.Owner.Namespace
            ? $"the {holder.Owner.Kind} {holder.Owner.Name}"
            : "another namespace";
        return new Rejection(
            Reason.HostTaken, $"{claim.Host}{claim.Path} is in use by {who}. Choose another host or path.");
    }

    /// <summary>The claims of other resources that may use the host, too.</summary>
    static IEnumerable<HostClaim> GetRivals(HostClaim claim, ReconcileInputs inputs, OperatorSettings settings) =>
        inputs.RivalHosts.Where(
            other => other.Owner.Namespace == claim.Owner.Namespace || IsSharedWith(other, settings));

    /// <summary>The administrator may list a host for several namespaces.</summary>
    static bool IsSharedWith(HostClaim other, OperatorSettings settings) =>
        MustBeListed(settings) && settings.Ingress.Lists(other.Owner.Namespace, other.Host);

    static HostHolder GetHolder(string host, ReconcileInputs inputs) =>
        inputs.HostHolders.GetValueOrDefault(host) ?? new HostHolder(null, null);
}
