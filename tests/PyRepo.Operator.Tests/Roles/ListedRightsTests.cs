using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

/// <summary>What <c>kubectl auth can-i --list</c> says of the operator's account.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class ListedRightsTests(ApiServer server)
{
    [Fact]
    public async Task Kubectl_lists_for_the_operators_account_the_rights_of_its_roles_and_no_others()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var account = await ListAsync(cluster.Namespace, TestCluster.Operator);
        var anybody = await ListAsync(cluster.Namespace, "system:serviceaccount:default:nobody");
        var granted = GrantedRights.From("cluster.yaml");
        Assert.Equal(
            granted.Except(anybody).Select(right => right.ToString()).Order(),
            account.Except(anybody).Select(right => right.ToString()).Order());
    }

    async Task<IReadOnlyList<Right>> ListAsync(string ns, string account)
    {
        var listed = (await server.RunKubectlAsync(
            [
                "auth", "can-i", "--list", "--no-headers", "--namespace", ns, "--as", account,
                "--as-group", "system:serviceaccounts", "--as-group", "system:authenticated",
            ])).MustSucceed();
        return [.. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(RightsIn)];
    }

    /// <summary><c>deployments.apps   []   []   [get list]</c>: resource, paths, names, verbs.</summary>
    static IEnumerable<Right> RightsIn(string line)
    {
        var lists = line.Split('[').Skip(1).Select(part => part[..part.IndexOf(']')]).ToArray();
        var (resource, paths, verbs) = (line.Split(' ', 2)[0], lists[0], lists[2].Split(' '));
        if (resource.Length == 0 || resource.StartsWith('['))
            return paths.Split(' ').SelectMany(path => verbs.Select(verb => new Right("", path, verb)));
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        var (type, sub) = slash < 0 ? (resource, "") : (resource[..slash], resource[slash..]);
        var (plural, group) = type.Split('.', 2) is [var kind, var api] ? (kind, api) : (type, "");
        // kubectl writes the subresource before the group.
        if (sub.Split('.', 2) is [var name, var after])
            (sub, group) = (name, after);
        return verbs.Select(verb => new Right(group, $"{plural}{sub}", verb));
    }
}
