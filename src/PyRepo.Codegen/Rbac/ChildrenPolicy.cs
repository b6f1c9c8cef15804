using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Kubernetes.Objects.Rbac;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// Fences the operator's rights to what it makes for resources, which RBAC gives for all objects of a kind: what it
/// writes carries its labels, what it changes or deletes was its own before, what selects pods selects its servers, and
/// a pod that it starts is a server's: with the server's ServiceAccount, without a token for the API, the host's
/// namespaces or files, or privilege. The operator's own ConfigMap of hosts is the one exception. CEL sees one object:
/// someone who may write objects in a namespace can make some that look like the operator's, in that namespace.
/// </summary>
/// <remarks>
/// The kinds are those of the role, so a new one is fenced by its labels without a change here. If it selects pods, or
/// names what it acts on, <see cref="SelectsServers"/> needs a part for it.
/// </remarks>
static class ChildrenPolicy
{
    const string IsRegistry = "(request.resource.resource == 'configmaps' "
        + $"&& request.namespace == '{OperatorRoles.Namespace}' && request.name == '{HostRegistrations.Name}')";

    /// <summary>For clouds, which give it in exchange for their own; not for the cluster's API.</summary>
    const string Audiences = $"['{CloudIdentity.AwsAudience}', '{CloudIdentity.AzureAudience}']";

    /// <summary>Every kind that the role lets it write, but those with a policy of their own, and events.</summary>
    static IEnumerable<PolicyRule> Written => OperatorRoles.Role.Rules!.Where(rule =>
        rule.Verbs.Intersect(["create", "update", "patch", "delete"]).Any()
        && !rule.ApiGroups!.Intersect([Resource.Group, "events.k8s.io"]).Any()
        && !rule.Resources!.Intersect(["pods", "secrets"]).Any());

    static readonly string _wasOwn =
        $"({HasLabels("oldObject")} || {HasAnnotation("oldObject", Annotations.DataOf)} "
        + "|| oldObject.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false) "
        + $"&& owner.apiVersion.startsWith('{Resource.Group}/')))";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.Of(
        AdmissionPolicies.Children,
        [
            .. Written.Select(rule => new AdmissionResources
            {
                ApiGroups = rule.ApiGroups!,
                ApiVersions = ["*"],
                Operations = ["CREATE", "UPDATE", "DELETE"],
                Resources = rule.Resources!,
            }),
        ],
        new($"{IsRegistry} || object == null || {HasLabels("object")}",
            "the operator of PyRepo may write only objects that carry its labels"),
        new($"{IsRegistry} || oldObject == null || {_wasOwn}",
            "this object lacks the labels of those that the operator of PyRepo made"),
        new($"object == null || !(request.resource.resource in ['deployments', 'jobs']) || ({StartsServer})",
            "the operator of PyRepo may start only servers: with the ServiceAccount NAME-server, and without a token "
            + "for the API, the host's namespaces or files, or privilege"),
        new($"object == null || {SelectsServers}",
            "what the operator of PyRepo writes may select only its servers, and a Service may set no externalIPs"));

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.BindingOf(AdmissionPolicies.Children);

    const string Pod = "object.spec.template.spec";
    const string OldPod = "oldObject.spec.template.spec";

    /// <summary>
    /// Each part is a server's, or it was there before: what others added to a Deployment, such as a sidecar, is theirs
    /// to answer for.
    /// </summary>
    static string StartsServer => string.Join(" && ",
        $"({Pod}.?serviceAccountName.orValue('') "
            + $"== object.metadata.labels['{ChildMetadata.NameLabel}'] + '{ChildNames.ServiceAccount("")}' "
            + $"|| (oldObject != null && {Pod}.?serviceAccountName.orValue('') "
            + $"== {OldPod}.?serviceAccountName.orValue('')))",
        UnlessBefore("{0}.?automountServiceAccountToken.orValue(true)"),
        UnlessBefore("{0}.?hostNetwork.orValue(false)"),
        UnlessBefore("{0}.?hostPID.orValue(false)"),
        UnlessBefore("{0}.?hostIPC.orValue(false)"),
        AllOrBefore("volumes", "volume", "(!has(volume.hostPath) "
            + "&& volume.?projected.?sources.orValue([]).all(source, !has(source.serviceAccountToken) "
            + $"|| source.serviceAccountToken.?audience.orValue('') in {Audiences}))"),
        AllOrBefore("containers", "container", IsPlain),
        AllOrBefore("initContainers", "container", IsPlain));

    const string IsPlain = "(!container.?securityContext.?privileged.orValue(false) "
        + "&& !container.?securityContext.?allowPrivilegeEscalation.orValue(true) "
        + "&& container.?securityContext.?capabilities.?add.orValue([]).size() == 0)";

    /// <summary>
    /// Labels are all that the operator's own objects have in common: one that selects others' pods would cut these
    /// off, or take their traffic.
    /// </summary>
    static string SelectsServers => string.Join(" && ",
        "(request.resource.resource != 'services' || ((object.spec.?externalIPs.orValue([]).size() == 0 "
            + "|| (oldObject != null && object.spec.externalIPs == oldObject.spec.?externalIPs.orValue([]))) "
            + $"&& object.spec.?selector[?'{ChildMetadata.NameLabel}'].orValue('') "
            + $"== object.metadata.labels['{ChildMetadata.NameLabel}']))",
        $"(request.resource.resource != 'networkpolicies' || {Selects("podSelector", ChildMetadata.NameLabel)} "
            + $"|| {Selects("podSelector", Erasure.PodLabel)})",
        $"(request.resource.resource != 'poddisruptionbudgets' || {Selects("selector", ChildMetadata.NameLabel)})");

    static string Selects(string selector, string label) =>
        $"object.spec.?{selector}.?matchLabels[?'{label}'].orValue('') "
        + $"== object.metadata.labels['{ChildMetadata.NameLabel}']";

    static string UnlessBefore(string condition) =>
        $"(!({condition.Replace("{0}", Pod, StringComparison.Ordinal)}) "
        + $"|| (oldObject != null && {condition.Replace("{0}", OldPod, StringComparison.Ordinal)}))";

    static string AllOrBefore(string list, string item, string condition) =>
        $"{Pod}.?{list}.orValue([]).all({item}, {condition} "
        + $"|| (oldObject != null && {OldPod}.?{list}.orValue([]).exists(before, before == {item})))";

    static string HasLabels(string child) =>
        $"(has({child}.metadata.labels) && '{ChildMetadata.KindLabel}' in {child}.metadata.labels "
        + $"&& '{ChildMetadata.NameLabel}' in {child}.metadata.labels)";

    static string HasAnnotation(string child, string annotation) =>
        $"(has({child}.metadata.annotations) && '{annotation}' in {child}.metadata.annotations)";
}
