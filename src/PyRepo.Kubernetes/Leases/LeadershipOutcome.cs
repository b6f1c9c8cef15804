namespace PyRepo.Kubernetes.Leases;

/// <summary>How leading ended.</summary>
public enum LeadershipOutcome
{
    /// <summary>It was cancelled, and the next candidate may lead at once.</summary>
    Released,

    /// <summary>The Lease could not be renewed in time, or somebody else holds it. The process is to exit.</summary>
    Lost,
}
