using PyRepo.Codegen.Rbac;

namespace PyRepo.Codegen.Tests.Rbac;

public sealed class OperatorRolesTests
{
    [Fact]
    public void An_operator_of_some_namespaces_has_no_right_to_what_stands_in_none()
    {
        string[] clusterScoped = ["ingressclasses", "storageclasses", "namespaces", "nodes", "persistentvolumes"];
        Assert.DoesNotContain(OperatorRoles.Role.Rules!, rule => rule.Resources!.Intersect(clusterScoped).Any());
    }

    [Fact]
    public void No_role_uses_a_wildcard() => Assert.DoesNotContain(
        OperatorRoles.ClusterRole.Rules!.Concat(OperatorRoles.LeaderRole.Rules!),
        rule => rule.Verbs.Concat(rule.Resources ?? []).Concat(rule.ApiGroups ?? []).Concat(rule.NonResourceUrls ?? [])
            .Any(text => text.Contains('*', StringComparison.Ordinal)));
}
