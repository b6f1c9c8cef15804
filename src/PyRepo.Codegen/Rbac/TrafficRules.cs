using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Manifests;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// What the operator writes selects the servers of the resource in its labels, and sends traffic to their Service.
/// Labels are all that its own objects have in common: one that selects others' pods would cut these off, or take their
/// traffic.
/// </summary>
static class TrafficRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<AdmissionValidation> All =>
    [
        new(Of("services", $"object.spec.?selector[?'{ChildMetadata.NameLabel}'].orValue('') == {ChildrenPolicy.Owner} "
                + "&& object.spec.?type.orValue('ClusterIP') == 'ClusterIP' "
                + "&& (object.spec.?externalIPs.orValue([]).size() == 0 "
                + "|| (oldObject != null && object.spec.externalIPs == oldObject.spec.?externalIPs.orValue([])))"),
            "a Service of the operator of PyRepo may select only its servers, and be reached only in the cluster"),
        new(Of("networkpolicies", $"{Selects("podSelector", ChildMetadata.NameLabel)} "
                + $"|| {Selects("podSelector", Erasure.PodLabel)}"),
            "a NetworkPolicy of the operator of PyRepo may select only its servers"),
        new(Of("poddisruptionbudgets", Selects("selector", ChildMetadata.NameLabel)),
            "a PodDisruptionBudget of the operator of PyRepo may select only its servers"),
        new(Of("ingresses", "!has(object.spec.defaultBackend) && object.spec.?rules.orValue([]).all(rule, "
                + "rule.?http.?paths.orValue([]).all(path, "
                + $"path.backend.?service.?name.orValue('') == {ChildrenPolicy.Owner}) "
                + "|| (oldObject != null && oldObject.spec.?rules.orValue([]).exists(before, before == rule)))"),
            "an Ingress of the operator of PyRepo may send traffic only to its Service"),
        new(Of("httproutes", "object.spec.?rules.orValue([]).all(rule, rule.?backendRefs.orValue([]).all(target, "
                + $"target.name == {ChildrenPolicy.Owner} && !has(target.namespace) "
                + "&& target.?kind.orValue('Service') == 'Service'))"),
            "an HTTPRoute of the operator of PyRepo may send traffic only to its Service"),
    ];

    static string Of(string resource, string rule) =>
        $"object == null || request.resource.resource != '{resource}' || ({rule})";

    static string Selects(string selector, string label) =>
        $"object.spec.?{selector}.?matchLabels[?'{label}'].orValue('') == {ChildrenPolicy.Owner}";
}
