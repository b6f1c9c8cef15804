using System.Collections.Frozen;

namespace PyRepo.Kubernetes.Objects.Digests;

/// <summary>The fields that the API server keeps whole: an apply replaces each.</summary>
static class AtomicFields
{
    static readonly FrozenSet<string> _names =
        ["selector", "matchLabels", "podSelector", "namespaceSelector", "labelSelector", "nodeSelector"];

    /// <summary>Whether a field is one of them.</summary>
    public static bool Contains(string field) => _names.Contains(field);
}
