using PyRepo.Kubernetes.Objects.Rbac;
using PyRepo.Operator.Controllers;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>The rights of Kubernetes' own roles view, edit and admin on the three kinds.</summary>
static class UserRoles
{
    /// <summary>Added to view, edit and admin.</summary>
    public static ClusterRole View => Aggregated("pyrepo-view", ["view", "edit", "admin"], new()
    {
        ApiGroups = [Resource.Group],
        Resources = ["*"],
        Verbs = ["get", "list", "watch"],
    });

    /// <summary>Added to edit and admin; the status is the operator's.</summary>
    public static ClusterRole Edit => Aggregated("pyrepo-edit", ["edit", "admin"], new()
    {
        ApiGroups = [Resource.Group],
        Resources =
            [.. CustomTypes.All.Select(type => type.Plural), .. CustomTypes.All.Select(type => $"{type.Plural}/scale")],
        Verbs = ["create", "update", "patch", "delete", "deletecollection"],
    });

    static ClusterRole Aggregated(string name, string[] roles, PolicyRule rule) => new()
    {
        ApiVersion = "rbac.authorization.k8s.io/v1",
        Kind = "ClusterRole",
        Metadata = new()
        {
            Name = name,
            Labels = roles.ToDictionary(role => $"rbac.authorization.k8s.io/aggregate-to-{role}", _ => "true"),
        },
        Rules = [rule],
    };
}
