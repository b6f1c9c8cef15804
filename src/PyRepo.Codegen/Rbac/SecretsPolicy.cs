using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// Fences the operator's rights to Secrets, which RBAC can't bind to forms of names: what it writes has the name and
/// the label of its own, and what it changes had that label before, or names the owner of its password.
/// </summary>
static class SecretsPolicy
{
    const string IsSigningKey = $"request.name == '{GeneratedSecret.SigningKey}'";

    static readonly string _hasOwnName =
        $"{IsSigningKey} || request.name.endsWith('{GeneratedSecret.Credentials("")}')";

    static string HasOwnLabel(string secret) =>
        $"{secret} == null || (has({secret}.metadata.labels) && ({IsSigningKey} "
        + $"? {secret}.metadata.labels[?'{ChildMetadata.ManagedByLabel}'].orValue('') == '{ChildMetadata.Manager}' "
        + $": '{ChildMetadata.KindLabel}' in {secret}.metadata.labels))";

    /// <summary>Labels that somebody took away are put back.</summary>
    static string HoldsAPassword(string secret) =>
        $"(!({IsSigningKey}) && has({secret}.metadata.annotations) "
        + $"&& '{Annotations.DataOf}' in {secret}.metadata.annotations)";

    /// <summary>The rules.</summary>
    public static ValidatingAdmissionPolicy Policy => OperatorPolicy.From(
        AdmissionPolicies.Secrets, "secrets", ["CREATE", "UPDATE"],
        new(_hasOwnName, "the operator of PyRepo may write only Secrets named pyrepo-signing-key or NAME-credentials"),
        new($"{HasOwnLabel("object")} || {HoldsAPassword("object")}",
            "the operator of PyRepo may write only Secrets that carry its labels"),
        new("object.type in ['Opaque', 'kubernetes.io/basic-auth']",
            "the operator of PyRepo may write no token of a ServiceAccount"),
        new($"{HasOwnLabel("oldObject")} || {HoldsAPassword("oldObject")}",
            "this Secret lacks the labels of those that the operator of PyRepo made"));

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding Binding => OperatorPolicy.GetBinding(AdmissionPolicies.Secrets);
}
