using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

[Collection(ApiServer.Collection)]
[Trait("Kubernetes", "oldest")]
public sealed class RoleTests(ApiServer server)
{
    const string Operator = "system:serviceaccount:pyrepo-system:pyrepo-operator";

    [ClusterTheory]
    [InlineData("get", "secrets", false)]
    [InlineData("list", "secrets", false)]
    [InlineData("watch", "secrets", false)]
    [InlineData("update", "secrets", false)]
    [InlineData("delete", "secrets", false)]
    [InlineData("create", "pods", false)]
    [InlineData("create", "pods/exec", false)]
    [InlineData("create", "roles.rbac.authorization.k8s.io", false)]
    [InlineData("create", "pythonrepositories.pyrepo.dev", false)]
    [InlineData("delete", "pythonrepositories.pyrepo.dev", false)]
    [InlineData("patch", "pythonrepositories.pyrepo.dev", true)]
    [InlineData("patch", "repositorygroups.pyrepo.dev", false)]
    [InlineData("create", "jobs.batch", true)]
    [InlineData("patch", "jobs.batch", false)]
    [InlineData("delete", "jobs.batch", false)]
    [InlineData("get", "nodes", false)]
    [InlineData("patch", "pythonrepositories.pyrepo.dev/status", true)]
    [InlineData("patch", "deployments.apps", true)]
    [InlineData("delete", "persistentvolumeclaims", false)]
    [InlineData("patch", "persistentvolumeclaims", true)]
    [InlineData("watch", "repositorygroups.pyrepo.dev", true)]
    public async Task The_operator_may_do_this_in_a_cluster_that_it_serves(string verb, string resource, bool isAllowed)
    {
        await ApplyRolesAsync();
        await InstalledDefinitions.InstallAsync(server);
        // What stands after a slash is an object's name to kubectl.
        var (type, sub) = resource.Split('/') is [var before, var after] ? (before, after) : (resource, "");
        var answer = await server.RunKubectlAsync(
            ["auth", "can-i", verb, type, "--subresource", sub, "--as", Operator, "-n", "default"]);
        Assert.Equal(isAllowed ? "yes" : "no", answer.Output.Trim());
    }

    [ClusterFact]
    public async Task The_operator_changes_no_Secret_but_its_own()
    {
        await ApplyRolesAsync();
        var ns = await server.NewNamespaceAsync();
        (await server.RunKubectlAsync(["create", "secret", "generic", "theirs-credentials", "-n", ns])).MustSucceed();
        await UntilThePolicyHoldsAsync(ns);
        Assert.Contains(
            "lacks the labels of those that the operator of PyRepo made",
            (await ApplyAsync(ns, "theirs-credentials")).MustFail(), StringComparison.Ordinal);
        Assert.Contains("NAME-credentials alone", (await ApplyAsync(ns, "other")).MustFail(), StringComparison.Ordinal);
        (await ApplyAsync(ns, "ours-credentials")).MustSucceed();
        (await ApplyAsync(ns, "pyrepo-signing-key")).MustFail();
        (await server.RunKubectlAsync(
            ["annotate", "secret", "theirs-credentials", "-n", ns, "pyrepo.dev/data-of=PythonRepository/a/theirs"]))
            .MustSucceed();
        (await ApplyAsync(ns, "theirs-credentials")).MustSucceed();
        Assert.Contains("with its labels alone",
            (await server.RunKubectlAsync(["create", "secret", "generic", "a-credentials", "-n", ns, "--as", Operator]))
                .MustFail(), StringComparison.Ordinal);
        (await ApplyAsync(ns, "pyrepo-signing-key", "app.kubernetes.io/managed-by: pyrepo-operator"))
            .MustSucceed();
    }

    /// <summary>The server takes up a policy shortly after it was written, and says nowhere when.</summary>
    async Task UntilThePolicyHoldsAsync(string ns)
    {
        for (var attempt = 0; attempt < 100; attempt++)
            if ((await ApplyAsync(ns, "theirs-credentials")).ExitCode != 0)
                return;
    }

    Task<KubectlResult> ApplyAsync(string ns, string name, string label = "pyrepo.dev/kind: PythonRepository") =>
        server.RunKubectlAsync(
            ["apply", "--server-side", "--dry-run=server", "-n", ns, "--as", Operator, "-f", "-"], $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: {{name}}, labels: { {{label}} } }
            """);

    async Task ApplyRolesAsync()
    {
        await server.RunKubectlAsync(["create", "namespace", "pyrepo-system"]);
        (await server.RunKubectlAsync(["apply", "--server-side", "-f", SourceTree.At("config", "rbac")])).MustSucceed();
    }
}
