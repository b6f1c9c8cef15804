using Xunit;

namespace PyRepo.Testing.Cluster;

/// <inheritdoc cref="ClusterFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="ClusterFactAttribute()"/>
    public ClusterTheoryAttribute()
    {
        if (!KubernetesPrograms.AreThere)
            Skip = KubernetesPrograms.Missing;
    }
}
