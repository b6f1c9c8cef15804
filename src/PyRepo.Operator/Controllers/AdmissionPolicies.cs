using PyRepo.Kubernetes.Client;

namespace PyRepo.Operator.Controllers;

/// <summary>The ValidatingAdmissionPolicies that fence the operator's own rights.</summary>
public static class AdmissionPolicies
{
    /// <summary>Lets it write its own Secrets alone.</summary>
    public const string Secrets = "pyrepo-operator-secrets";

    /// <summary>Lets it change one annotation of its own pods alone.</summary>
    public const string Pods = "pyrepo-operator-pods";

    /// <summary>Lets it change one finalizer of the three kinds alone.</summary>
    public const string Resources = "pyrepo-operator-resources";

    /// <summary>Lets it write what it makes for resources alone, and start their servers alone.</summary>
    public const string Children = "pyrepo-operator-children";

    /// <summary>Whether a policy denied a request. The chart adds a namespace to its name.</summary>
    internal static bool IsDenial(KubernetesException error, string policy) =>
        error.IsRejected
        && error.Message.Contains($"ValidatingAdmissionPolicy '{policy}", StringComparison.Ordinal);
}
