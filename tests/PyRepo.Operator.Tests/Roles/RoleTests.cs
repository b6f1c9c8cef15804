using System.Net.Http.Headers;
using System.Text;
using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

[Trait("Kubernetes", "oldest")]
public sealed class RoleTests(ApiServer server)
{
    [Theory]
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
    [InlineData("patch", "repositorygroups.pyrepo.dev", true)]
    [InlineData("create", "jobs.batch", true)]
    [InlineData("patch", "jobs.batch", false)]
    [InlineData("delete", "jobs.batch", false)]
    [InlineData("get", "customresourcedefinitions.apiextensions.k8s.io", false)]
    [InlineData("patch", "customresourcedefinitions.apiextensions.k8s.io/status", false)]
    [InlineData("get", "nodes", false)]
    [InlineData("get", "namespaces", true)]
    [InlineData("list", "namespaces", false)]
    [InlineData("watch", "namespaces", false)]
    [InlineData("patch", "pythonrepositories.pyrepo.dev/status", true)]
    [InlineData("patch", "deployments.apps", true)]
    [InlineData("delete", "persistentvolumeclaims", false)]
    [InlineData("patch", "persistentvolumeclaims", true)]
    [InlineData("watch", "repositorygroups.pyrepo.dev", true)]
    public async Task The_operator_may_do_this_in_a_cluster_that_it_serves(string verb, string resource, bool isAllowed)
    {
        await InstalledOperator.InstallAsync(server);
        var (type, sub) = resource.Split('/') is [var before, var after] ? (before, after) : (resource, "");
        var (plural, group) = type.Split('.', 2) is [var kind, var api] ? (kind, api) : (type, "");
        Assert.Equal(isAllowed, await InstalledOperator.MayAsync(server, verb, group, plural, sub));
    }

    [Fact]
    public async Task The_operator_changes_no_Secret_but_its_own()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.ApplyAsync(Secret("theirs-credentials", "example.com/of: team-a"));
        await Eventually.IsAsync("the policy is in force", async () =>
            await ApplyAsync(cluster, "theirs-credentials") is not "");
        Assert.Contains(
            "lacks the labels of those that the operator of PyRepo made",
            await ApplyAsync(cluster, "theirs-credentials"), StringComparison.Ordinal);
        Assert.Contains(
            "pyrepo-signing-key or NAME-credentials", await ApplyAsync(cluster, "other"), StringComparison.Ordinal);
        Assert.Equal("", await ApplyAsync(cluster, "ours-credentials"));
        Assert.NotEqual("", await ApplyAsync(cluster, "pyrepo-signing-key"));
        await cluster.AnnotateAsync("v1/secrets/theirs-credentials", "pyrepo.dev/data-of", "PythonRepository/a/theirs");
        Assert.Equal("", await ApplyAsync(cluster, "theirs-credentials"));
        Assert.Contains(
            "only Secrets that carry its labels",
            await CreateAsync(cluster, "a-credentials"), StringComparison.Ordinal);
        Assert.Equal("", await ApplyAsync(
            cluster, "pyrepo-signing-key", "app.kubernetes.io/managed-by: pyrepo-operator"));
    }

    /// <summary>What the API server says when the operator applies a Secret; nothing: it may.</summary>
    Task<string> ApplyAsync(TestCluster cluster, string name, string label = "pyrepo.dev/kind: PythonRepository") =>
        AskAsync(cluster, HttpMethod.Patch, $"/{name}?fieldManager=test&dryRun=All", Secret(name, label));

    /// <summary>What it says when the operator creates one.</summary>
    Task<string> CreateAsync(TestCluster cluster, string name) =>
        AskAsync(cluster, HttpMethod.Post, "", Secret(name, ""));

    async Task<string> AskAsync(TestCluster cluster, HttpMethod method, string path, string secret)
    {
        using var request = new HttpRequestMessage(
            method, new Uri($"/api/v1/namespaces/{cluster.Namespace}/secrets{path}", UriKind.Relative))
        {
            Content = new StringContent(secret, Encoding.UTF8, new MediaTypeHeaderValue(
                method == HttpMethod.Patch ? "application/apply-patch+yaml" : "application/yaml")),
        };
        request.Headers.Add("Impersonate-User", TestCluster.Operator);
        using var answer = await server.Http.SendAsync(request);
        return answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
    }

    static string Secret(string name, string label) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: {{name}}, labels: { {{label}} } }
        """;
}
