namespace PyRepo.Operator.Manifests;

/// <summary>The state of a claim to a host. A later one wins.</summary>
public enum HostGrant
{
    /// <summary>The resource asks for it.</summary>
    Requested,

    /// <summary>It was granted: the status shows it, or it belongs to another Ingress.</summary>
    Granted,

    /// <summary>The resource's own Ingress or HTTPRoute with this host exists.</summary>
    Routed,
}
