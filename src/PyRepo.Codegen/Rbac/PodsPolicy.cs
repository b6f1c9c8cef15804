using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// Fences the operator's right to patch pods: one annotation, and only of pods that look like those of its Deployments.
/// CEL sees a pod alone, so the ReplicaSet's name and the ServiceAccount's have to do. Someone who may create pods can
/// imitate one; all that follows is that the operator may annotate it.
/// </summary>
static class PodsPolicy
{
    const string Labels = "oldObject.metadata.labels";
    const string ReplicaSetLabel = "pod-template-hash";

    static readonly string _name = $"{Labels}['{ChildMetadata.NameLabel}']";

    static readonly string _isServer =
        $"has({Labels}) && '{ChildMetadata.KindLabel}' in {Labels} && '{ChildMetadata.NameLabel}' in {Labels} "
        + $"&& '{ReplicaSetLabel}' in {Labels} "
        + $"&& oldObject.spec.?serviceAccountName.orValue('') == {_name} + '{ChildNames.ServiceAccount("")}' "
        + "&& has(oldObject.metadata.ownerReferences) && oldObject.metadata.ownerReferences.exists(owner, "
        + "owner.apiVersion == 'apps/v1' && owner.kind == 'ReplicaSet' && owner.?controller.orValue(false) "
        + $"&& owner.name == {_name} + '-' + {Labels}['{ReplicaSetLabel}'])";

    static readonly string _keepsMetadata = string.Join(
        " && ",
        from field in (string[])["labels", "ownerReferences", "finalizers"]
        let empty = field == "labels" ? "{}" : "[]"
        select $"object.metadata.?{field}.orValue({empty}) == oldObject.metadata.?{field}.orValue({empty})");

    static readonly string _keepsAnnotations =
        $"{GetAnnotations("object")}.all(name, name == '{Annotations.Refreshed}' "
        + $"|| (name in {GetAnnotations("oldObject")} "
        + "&& object.metadata.annotations[name] == oldObject.metadata.annotations[name])) "
        + $"&& {GetAnnotations("oldObject")}.all(name, name == '{Annotations.Refreshed}' "
        + $"|| name in {GetAnnotations("object")})";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.From(
        AdmissionPolicies.Pods, "pods", ["UPDATE"],
        new(_isServer, "the operator of PyRepo may change only pods of its own Deployments"),
        new($"object.spec == oldObject.spec && {_keepsMetadata} && {_keepsAnnotations}",
            $"the operator of PyRepo may change nothing of a pod but the annotation {Annotations.Refreshed}"));

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.GetBinding(AdmissionPolicies.Pods);

    static string GetAnnotations(string pod) => $"{pod}.metadata.?annotations.orValue({{}})";
}
