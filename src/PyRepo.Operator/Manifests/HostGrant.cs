namespace PyRepo.Operator.Manifests;

/// <summary>How far somebody has come with a host.</summary>
public enum HostGrant
{
    /// <summary>It is asked for.</summary>
    Requested,

    /// <summary>It was given: the status says so, or another Ingress has it.</summary>
    Granted,

    /// <summary>The resource's own Ingress or HTTPRoute with this host is there.</summary>
    Routed,
}
