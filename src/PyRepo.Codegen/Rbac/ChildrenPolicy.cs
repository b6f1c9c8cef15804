using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// Fences the operator's rights to what it makes for resources, which RBAC gives for all objects of a kind: what it
/// writes carries its labels, what it changes or deletes was its own before, and a pod that it starts is a server's:
/// with the server's ServiceAccount, without a token for the API, the host's namespaces or files, or privilege. The
/// operator's own ConfigMap of hosts is the one exception. CEL sees one object: someone who may write objects in a
/// namespace can make some that look like the operator's, in that namespace.
/// </summary>
static class ChildrenPolicy
{
    const string IsRegistry = $"(request.resource.resource == 'configmaps' && request.namespace == '{OperatorRoles.Namespace}' "
        + $"&& request.name == '{HostRegistrations.Name}')";

    /// <summary>For clouds, which give it in exchange for their own; not for the cluster's API.</summary>
    const string Audiences = "['sts.amazonaws.com', 'api://AzureADTokenExchange']";

    static readonly (string Group, string[] Versions, string[] Resources)[] _kinds =
    [
        ("", ["v1"], ["configmaps", "serviceaccounts", "services", "persistentvolumeclaims"]),
        ("apps", ["v1"], ["deployments"]),
        ("batch", ["v1"], ["jobs"]),
        ("networking.k8s.io", ["v1"], ["ingresses", "networkpolicies"]),
        ("gateway.networking.k8s.io", ["*"], ["httproutes"]),
        ("policy", ["v1"], ["poddisruptionbudgets"]),
    ];

    static readonly string _wasOwn =
        $"({HasLabels("oldObject")} || {HasAnnotation("oldObject", Annotations.DataOf)} "
        + "|| oldObject.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false) "
        + $"&& owner.apiVersion.startsWith('{Resource.Group}/')))";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.Of(
        AdmissionPolicies.Children,
        [
            .. _kinds.Select(kind => new AdmissionResources
            {
                ApiGroups = [kind.Group],
                ApiVersions = kind.Versions,
                Operations = ["CREATE", "UPDATE", "DELETE"],
                Resources = kind.Resources,
            }),
        ],
        new($"{IsRegistry} || object == null || {HasLabels("object")}",
            "the operator of PyRepo writes objects with its labels alone"),
        new($"{IsRegistry} || oldObject == null || {_wasOwn}",
            "this object lacks the labels of those that the operator of PyRepo made"),
        new("object == null || !(request.resource.resource in ['deployments', 'jobs']) "
            + $"|| ({IsServer("object")}) || (oldObject != null && !({IsServer("oldObject")}))",
            "the operator of PyRepo starts servers alone: with the ServiceAccount NAME-server, without a token for the API, "
            + "the host's namespaces or files, or privilege"));

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.BindingOf(AdmissionPolicies.Children);

    /// <summary>What others added to a Deployment, such as a sidecar, is theirs to answer for.</summary>
    static string IsServer(string owner)
    {
        var pod = $"{owner}.spec.template.spec";
        return $"{HasLabels(owner)} "
            + $"&& {pod}.?serviceAccountName.orValue('') "
            + $"== {owner}.metadata.labels['{ChildMetadata.NameLabel}'] + '{ChildNames.ServiceAccount("")}' "
            + $"&& !{pod}.?automountServiceAccountToken.orValue(true) "
            + $"&& !{pod}.?hostNetwork.orValue(false) && !{pod}.?hostPID.orValue(false) && !{pod}.?hostIPC.orValue(false) "
            + $"&& {pod}.?volumes.orValue([]).all(volume, !has(volume.hostPath) "
            + "&& volume.?projected.?sources.orValue([]).all(source, !has(source.serviceAccountToken) "
            + $"|| source.serviceAccountToken.?audience.orValue('') in {Audiences})) "
            + string.Concat(((string[])["containers", "initContainers"]).Select(containers =>
                $"&& {pod}.?{containers}.orValue([]).all(container, "
                + "!container.?securityContext.?privileged.orValue(false) "
                + "&& !container.?securityContext.?allowPrivilegeEscalation.orValue(true) "
                + "&& container.?securityContext.?capabilities.?add.orValue([]).size() == 0) "));
    }

    static string HasLabels(string child) =>
        $"(has({child}.metadata.labels) && '{ChildMetadata.KindLabel}' in {child}.metadata.labels "
        + $"&& '{ChildMetadata.NameLabel}' in {child}.metadata.labels)";

    static string HasAnnotation(string child, string annotation) =>
        $"(has({child}.metadata.annotations) && '{annotation}' in {child}.metadata.annotations)";
}
