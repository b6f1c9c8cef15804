using PyRepo.Kubernetes.Objects.Admission;

namespace PyRepo.Codegen.Rbac;

/// <summary>A ValidatingAdmissionPolicy for requests of the operator alone, and its binding.</summary>
static class OperatorPolicy
{
    /// <summary>The rules about one of the core kinds.</summary>
    public static ValidatingAdmissionPolicy From(
        string name, string resource, string[] operations, params AdmissionValidation[] validations) => From(
        name,
        [
            new AdmissionResources
            {
                ApiGroups = [""],
                ApiVersions = ["v1"],
                Operations = operations,
                Resources = [resource],
            },
        ], validations);

    /// <summary>The rules about some kinds.</summary>
    public static ValidatingAdmissionPolicy From(
        string name, IReadOnlyList<AdmissionResources> resources, params AdmissionValidation[] validations) => new()
        {
            ApiVersion = "admissionregistration.k8s.io/v1",
            Kind = "ValidatingAdmissionPolicy",
            Metadata = new() { Name = name },
            Spec = new()
            {
                FailurePolicy = "Fail",
                MatchConstraints = new()
                {
                    ResourceRules = resources,
                },
                MatchConditions =
                [
                    new("the-operator-asks", "request.userInfo.username == "
                        + $"'system:serviceaccount:{OperatorRoles.Namespace}:{OperatorRoles.Name}'"),
                ],
                Validations = validations,
            },
        };

    /// <summary>Puts them in force.</summary>
    public static ValidatingAdmissionPolicyBinding GetBinding(string name) => new()
    {
        ApiVersion = "admissionregistration.k8s.io/v1",
        Kind = "ValidatingAdmissionPolicyBinding",
        Metadata = new() { Name = name },
        Spec = new() { PolicyName = name, ValidationActions = ["Deny"] },
    };
}
