using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Roles;

public sealed class LeastRightsTests
{
    [Theory]
    [InlineData(WatchScope.Cluster, "cluster.yaml")]
    [InlineData(WatchScope.Namespaces, "namespaced.yaml")]
    public async Task The_operator_has_the_rights_that_it_uses_and_no_others(WatchScope scope, string roles)
    {
        var granted = GrantedRights.From(roles, "leader.yaml", "apiservers.yaml");
        var used = await UsedRights.OfAsync(scope);
        var superfluous = granted.Where(right => !used.Contains(right)).Select(right => $"{right} is used nowhere");
        var missing = used.Where(use => !granted.Contains(use.Key))
            .Select(use => $"{use.Key} is missing: {string.Join(", ", use)}");
        Assert.Equal("", string.Join('\n', superfluous.Concat(missing)));
    }
}
