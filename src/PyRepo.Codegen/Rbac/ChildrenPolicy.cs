using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Kubernetes.Objects.Rbac;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// Fences the operator's rights to what it makes for resources, which RBAC gives for all objects of a kind: what it
/// writes carries its labels, what it makes has the name of a child, what it changes or deletes was its own before, and
/// pods and traffic are those of its servers (<see cref="ServerPodRules"/>, <see cref="TrafficRules"/>). The operator's
/// own ConfigMap of hosts is the one exception. CEL sees one object: someone who may write objects in a namespace can
/// make some that look like the operator's, in that namespace.
/// </summary>
/// <remarks>
/// The kinds are those of the role, so a new one is fenced by its labels without a change here. If it selects pods, or
/// names what it acts on, <see cref="TrafficRules"/> needs a rule for it.
/// </remarks>
static class ChildrenPolicy
{
    /// <summary>The name of the resource that a child says it belongs to.</summary>
    public const string Owner = $"object.metadata.labels['{ChildMetadata.NameLabel}']";

    const string IsRegistry = "(request.resource.resource == 'configmaps' "
        + $"&& request.namespace == '{OperatorRoles.Namespace}' && request.name == '{HostRegistrations.Name}')";

    /// <summary>Every kind that the role lets it write, but those with a policy of their own, and events.</summary>
    static IEnumerable<PolicyRule> Written => OperatorRoles.Role.Rules!.Where(rule =>
        rule.Verbs.Intersect(["create", "update", "patch", "delete"]).Any()
        && !rule.ApiGroups!.Intersect([Resource.Group, "events.k8s.io"]).Any()
        && !rule.Resources!.Intersect(["pods", "secrets"]).Any());

    static readonly string _wasOwn =
        $"({HasLabels("oldObject")} || {HasAnnotation("oldObject", Annotations.DataOf)} "
        + "|| oldObject.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false) "
        + $"&& owner.apiVersion.startsWith('{Resource.Group}/')))";

    /// <summary>
    /// Without it, a ConfigMap that means something to others (<c>aws-auth</c>) could be made where it is missing.
    /// </summary>
    static readonly string _hasChildsName =
        $"['{ChildNames.Server("")}', '{ChildNames.ServiceAccount("")}', '{ChildNames.Configuration("")}', "
        + $"'{ChildNames.Data("")}'].exists(suffix, object.metadata.?name.orValue('') == {Owner} + suffix) "
        + $"|| object.metadata.?name.orValue('').startsWith({Owner} + '{ChildNames.Erasure("", "")}') "
        + $"|| (request.resource.resource == 'volumesnapshots' && object.metadata.?name.orValue('').startsWith("
        + $"({Owner}.size() <= {ChildNames.MaxSnapshotPrefix} ? {Owner} "
        + $": {Owner}.substring(0, {ChildNames.CutSnapshotPrefix})) + '-'))";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.From(
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
        [
            new($"{IsRegistry} || object == null || {HasLabels("object")}",
                "the operator of PyRepo may write only objects that carry its labels"),
            new($"{IsRegistry} || oldObject == null || {_wasOwn}",
                "this object lacks the labels of those that the operator of PyRepo made"),
            new($"{IsRegistry} || object == null || oldObject != null || {_hasChildsName}",
                "the operator of PyRepo may make only objects named as a child of the resource in their labels"),
            .. ServerPodRules.All,
            .. TrafficRules.All,
        ]);

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.GetBinding(AdmissionPolicies.Children);

    /// <summary>An empty value is none: rules compare it with selectors, which may lack it.</summary>
    static string HasLabels(string child) =>
        $"({child}.metadata.?labels[?'{ChildMetadata.KindLabel}'].orValue('') != '' "
        + $"&& {child}.metadata.?labels[?'{ChildMetadata.NameLabel}'].orValue('') != '')";

    static string HasAnnotation(string child, string annotation) =>
        $"(has({child}.metadata.annotations) && '{annotation}' in {child}.metadata.annotations)";
}

/// <summary>
/// Objects that the operator writes select the servers of the resource in its labels, send traffic to their Service, and
/// are of claims. Labels are all that its own objects have in common: one that selects others' pods would cut these off, or
/// take their traffic.
/// </summary>
static class TrafficRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<AdmissionValidation> All =>
    [
        new(From("services",
                $"object.spec.?selector[?'{ChildMetadata.NameLabel}'].orValue('') == {ChildrenPolicy.Owner} "
                + "&& object.spec.?type.orValue('ClusterIP') == 'ClusterIP' "
                + "&& (object.spec.?externalIPs.orValue([]).size() == 0 "
                + "|| (oldObject != null && object.spec.externalIPs == oldObject.spec.?externalIPs.orValue([])))"),
            "a Service of the operator of PyRepo may select only its servers, and be reached only in the cluster"),
        new(From("networkpolicies", $"{Selects("podSelector", ChildMetadata.NameLabel)} "
                + $"|| {Selects("podSelector", Erasure.PodLabel)}"),
            "a NetworkPolicy of the operator of PyRepo may select only its servers"),
        new(From("poddisruptionbudgets", Selects("selector", ChildMetadata.NameLabel)),
            "a PodDisruptionBudget of the operator of PyRepo may select only its servers"),
        new(From("ingresses", "!has(object.spec.defaultBackend) && object.spec.?rules.orValue([]).all(rule, "
                + "rule.?http.?paths.orValue([]).all(path, "
                + $"path.backend.?service.?name.orValue('') == {ChildrenPolicy.Owner}) "
                + "|| (oldObject != null && oldObject.spec.?rules.orValue([]).exists(before, before == rule)))"),
            "an Ingress of the operator of PyRepo may send traffic only to its Service"),
        new(From("httproutes", "object.spec.?rules.orValue([]).all(rule, rule.?backendRefs.orValue([]).all(target, "
                + $"target.name == {ChildrenPolicy.Owner} && !has(target.namespace) "
                + "&& target.?kind.orValue('Service') == 'Service'))"),
            "an HTTPRoute of the operator of PyRepo may send traffic only to its Service"),
        // With a VolumeSnapshotContent as its source it would show what a volume of another namespace had.
        new(From("volumesnapshots", "object.spec.?source.?persistentVolumeClaimName.orValue('') != '' "
                + "&& !has(object.spec.source.volumeSnapshotContentName)"),
            "a VolumeSnapshot of the operator of PyRepo may be only of a claim"),
    ];

    static string From(string resource, string rule) =>
        $"object == null || request.resource.resource != '{resource}' || ({rule})";

    static string Selects(string selector, string label) =>
        $"object.spec.?{selector}.?matchLabels[?'{label}'].orValue('') == {ChildrenPolicy.Owner}";
}
