namespace EndToEnd.GitOps;

/// <summary>What the team keeps in Git.</summary>
static class Resources
{
    public const string Namespace = "packages";

    const string Options = """
        argocd.argoproj.io/sync-wave: "1", argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
        """;

    /// <summary>One of each kind, and their namespace.</summary>
    public const string Three = $$"""
        apiVersion: v1
        kind: Namespace
        metadata: { name: {{Namespace}} }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team, namespace: {{Namespace}}, annotations: { {{Options}} } }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: packages.pyrepo.test, path: /team }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mirror, namespace: {{Namespace}}, annotations: { {{Options}} } }
        spec:
          upstream: { url: "http://team.{{Namespace}}.svc.cluster.local/team/simple/" }
          storage: { ephemeral: {} }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: {{Namespace}}, annotations: { {{Options}} } }
        spec:
          members: [ { kind: PythonRepository, name: team }, { kind: ProxyRepository, name: mirror } ]
        """;

    /// <summary>A repository of its own for a test.</summary>
    public static string Repository(string name, string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}}, namespace: {{Namespace}}, annotations: { {{Options}} } }
        spec: { {{spec}} }
        """;
}
