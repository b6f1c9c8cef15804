using Xunit;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// A test that talks to a real Kubernetes API, and is skipped where Kubernetes' programs are missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    /// <summary>Looks for the programs.</summary>
    public ClusterFactAttribute()
    {
        if (!KubernetesPrograms.AreThere)
            Skip = KubernetesPrograms.Missing;
    }
}
