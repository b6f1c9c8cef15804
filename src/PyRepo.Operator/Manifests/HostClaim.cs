using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>A host and a path that a resource asks for, or that an Ingress of somebody else has.</summary>
/// <param name="Owner">The resource.</param>
/// <param name="Host">The host.</param>
/// <param name="Path">The path.</param>
/// <param name="CreatedAt">When the resource was made.</param>
/// <param name="Grant">The state of the claim.</param>
public sealed record HostClaim(ResourceKey Owner, string Host, string Path, DateTimeOffset CreatedAt, HostGrant Grant)
{
    /// <summary>The claims of a resource.</summary>
    public static IEnumerable<HostClaim> Of(DeclaredResource resource, HostGrant grant)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var at = resource.Source.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue;
        var owner = ResourceKey.Of(resource);
        if (resource.Spec?.Ingress is { } ingress)
            return [new HostClaim(owner, ingress.Host, ingress.Path, at, grant)];
        return resource.Spec?.Gateway is { } gateway
            ? gateway.Hostnames.Select(host => new HostClaim(owner, host, "/", at, grant))
            : [];
    }

    /// <summary>The hosts that a resource asks for, in small letters.</summary>
    public static IEnumerable<string> HostsOf(DeclaredResource resource) =>
        Of(resource, HostGrant.Requested).Select(claim => claim.Host.ToLowerInvariant()).Distinct();

    /// <summary>Why a resource may not use a host that it asks for; null: it may use all.</summary>
    public static Rejection? Reject(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var claim in Of(resource, inputs.HostGrant))
        {
            var isListed = settings.Ingress.Lists(claim.Owner.Namespace, claim.Host);
            var mustBeListed = settings.Ingress.Hosts.Count > 0 || settings.Scope is not WatchScope.Cluster;
            if (mustBeListed && !isListed)
            {
                return new Rejection("HostNotAllowed",
                    $"The namespace {claim.Owner.Namespace} may not use the host {claim.Host}. Ask the administrator to list it "
                    + "in the operator's setting ingress.hosts.");
            }
            if (inputs.OtherHosts.FirstOrDefault(other => other.Excludes(claim, isListed)) is { } holder)
                return new Rejection("HostTaken", claim.TakenBy(holder));
        }
        return null;
    }

    /// <summary>
    /// Whoever has a host keeps it, also while the route is gone. If nobody has it, the older resource gets it. Within
    /// a namespace, and if the administrator listed the host, only claims to the same path conflict.
    /// </summary>
    bool Excludes(HostClaim claim, bool isListed) =>
        Host.Equals(claim.Host, StringComparison.OrdinalIgnoreCase)
        && (Path == claim.Path || (!isListed && Owner.Namespace != claim.Owner.Namespace))
        && IsBefore(claim);

    bool IsBefore(HostClaim other) => Grant != other.Grant
        ? Grant > other.Grant
        : (CreatedAt, Text: Owner.ToString()).CompareTo((other.CreatedAt, other.Owner.ToString())) < 0;

    string TakenBy(HostClaim holder) => holder.Owner.Namespace == Owner.Namespace
        ? $"{Host}{Path} is in use by the {holder.Owner.Kind} {holder.Owner.Name}. Choose another host or path."
        : $"The host {Host} belongs to another namespace, which claimed it first. Choose another host.";
}
