using EndToEnd.Cluster;
using EndToEnd.GitOps;

namespace EndToEnd.Examples.FromGit;

/// <summary>The example <c>gitops</c>, with a Git repository of the test's own.</summary>
[Example("gitops")]
[Collection(nameof(Alone))]
public sealed class GitOpsTests(ArgoCdAlone argo) : IClassFixture<ArgoCdAlone>
{
    [ClusterFact]
    public async Task Argo_CD_installs_the_operator_and_the_repositories_of_a_commit_become_Ready_and_are_removed()
    {
        argo.Git.Write("packages.yaml", SourceTree.Read("examples/gitops/repositories/packages.yaml"));
        await argo.Git.CommitAsync("Python packages");
        await using var example = new Example("gitops").With(GitFolder.ExampleUrl, argo.Git.Url);
        await example.RunAsync();
        Assert.Equal("", await Kubectl.AskAsync("get", "deployments", "-n", "pyrepo-system", "-o", "name"));
        Assert.Equal("", await Kubectl.AskAsync("get", "namespace", "packages", "--ignore-not-found", "-o", "name"));
    }
}
