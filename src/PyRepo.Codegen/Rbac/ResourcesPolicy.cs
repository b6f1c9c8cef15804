using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>Fences the operator's right to patch the kinds with storage: one finalizer.</summary>
static class ResourcesPolicy
{
    static readonly string _keepsSpec =
        "has(object.spec) == has(oldObject.spec) && (!has(object.spec) || object.spec == oldObject.spec)";

    static readonly string _keepsMetadata = string.Join(
        " && ",
        from field in (string[])["labels", "annotations", "ownerReferences"]
        let empty = field == "ownerReferences" ? "[]" : "{}"
        select $"object.metadata.?{field}.orValue({empty}) == oldObject.metadata.?{field}.orValue({empty})");

    static readonly string _keepsFinalizers = $"{GetOthers("object")} == {GetOthers("oldObject")}";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.From(
        AdmissionPolicies.Resources,
        [
            new AdmissionResources
            {
                ApiGroups = [Resource.Group],
                ApiVersions = ["*"],
                Operations = ["UPDATE"],
                Resources = [.. CustomTypes.All.Select(type => type.Plural)],
            },
        ],
        new AdmissionValidation($"{_keepsSpec} && {_keepsMetadata} && {_keepsFinalizers}",
            $"the operator of PyRepo may change nothing of a resource but the finalizer {Erasure.Finalizer}"));

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.GetBinding(AdmissionPolicies.Resources);

    static string GetOthers(string resource) =>
        $"{resource}.metadata.?finalizers.orValue([]).filter(finalizer, finalizer != '{Erasure.Finalizer}')";
}
