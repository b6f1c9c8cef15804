namespace EndToEnd.Cluster;

/// <summary>Pods that install and upload with nothing but the token of their ServiceAccount.</summary>
public sealed class ServiceAccountTests
{
    /// <summary>As in <c>docs/access.md</c>.</summary>
    const string Publish = """
        export TWINE_USERNAME=__token__ TWINE_PASSWORD="$(cat /var/run/secrets/pyrepo/token)"
        exec $TWINE upload --repository-url http://team.$REPOSITORIES/ /wheels/*
        """;

    const string Install = """
        export PIP_INDEX_URL="http://__token__:$(cat /var/run/secrets/pyrepo/token)@$INDEX.$REPOSITORIES/simple/"
        exec $PIP install --no-cache-dir --disable-pip-version-check --trusted-host $INDEX.$REPOSITORIES \
            --target /tmp/target acme-lib
        """;

    [ClusterFact]
    public async Task A_pod_installs_and_uploads_with_its_token_what_its_ServiceAccount_may()
    {
        await using var repositories = await ClusterNamespace.CreateAsync();
        await using var ci = await ClusterNamespace.CreateAsync();
        await repositories.ApplyAsync(Repositories(repositories.Name, ci.Name));
        await repositories.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        var pods = await ClientPods.CreateAsync(ci, repositories.Name, TestWheel.Create("acme-lib", "1.0"));

        Assert.Equal("Failed", await pods.RunAsync("early", "installer", Publish));
        Assert.Contains("403", await pods.LogAsync("early"), StringComparison.Ordinal);
        Assert.Equal("Succeeded", await pods.RunAsync("publish", "builder", Publish));
        Assert.Equal("Succeeded", await pods.RunAsync("install", "installer", Install));
        // The server of a group decides on the token, and asks the member with one of its own.
        Assert.Equal("Succeeded", await pods.RunAsync("through-group", "installer", Install, index: "all"));
        Assert.Equal("Failed", await pods.RunAsync("stranger", "stranger", Install));
        Assert.Equal("Failed", await pods.RunAsync("group-stranger", "stranger", Install, index: "all"));
        Assert.Equal("Failed", await pods.RunAsync(
            "other-audience", "builder", Install, audience: "https://kubernetes.default.svc"));

        var log = await repositories.KubectlAsync("logs", "deployment/team");
        Assert.Contains($"system:serviceaccount:{ci.Name}:builder uploaded", log, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", log, StringComparison.Ordinal);
    }

    static string Repositories(string ns, string ci) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team, namespace: {{ns}} }
        spec:
          storage: { ephemeral: {} }
          access:
            serviceAccounts: {}
            grants:
            - { to: [ { serviceAccount: { namespace: {{ci}}, name: builder } } ], role: Publisher, projects: [ "acme-*" ] }
            - { to: [ { serviceAccount: { namespace: {{ci}}, name: installer } } ], role: Reader }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: {{ns}} }
        spec: { members: [ { kind: PythonRepository, name: team } ] }
        """;
}
