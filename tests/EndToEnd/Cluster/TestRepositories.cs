namespace EndToEnd.Cluster;

/// <summary>The usual set-up: a team's repository, a proxy of another index in the cluster, and both as one.</summary>
static class TestRepositories
{
    /// <summary>
    /// An index whose packages the proxy fetches, in a namespace of its own; it serves at its host's root.
    /// </summary>
    public static async Task<string> MakeUpstreamAsync(ClusterNamespace upstream, params IEnumerable<TestWheel> wheels)
    {
        await upstream.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: public }
            spec:
              storage: { persistentVolumeClaim: { size: 1Gi } }
              ingress: { host: {{upstream.Host}} }
            """);
        await upstream.UntilReadyAsync("pythonrepository/public");
        await upstream.UntilReachableAsync("/simple/");
        var password = await upstream.PasswordAsync("public");
        foreach (var wheel in wheels)
            await upstream.UploadAsync("/", password, wheel);
        return $"http://public.{upstream.Name}.svc.cluster.local/simple/";
    }

    /// <summary>The three, at <c>/team</c>, <c>/mirror</c> and <c>/</c> of the namespace's host.</summary>
    public static string Manifest(ClusterNamespace ns, string upstream, string projectTtl = "1s") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}}, path: /team }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mirror }
        spec:
          upstream: { url: "{{upstream}}" }
          cache: { maxSize: 1Gi, projectTtl: {{projectTtl}} }
          storage: { persistentVolumeClaim: { size: 2Gi } }
          ingress: { host: {{ns.Host}}, path: /mirror }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members:
          - { kind: PythonRepository, name: team }
          - { kind: ProxyRepository, name: mirror }
          ingress: { host: {{ns.Host}} }
        """;

    /// <summary>What they are called, for kubectl.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["pythonrepository/team", "proxyrepository/mirror", "repositorygroup/all"];
}
