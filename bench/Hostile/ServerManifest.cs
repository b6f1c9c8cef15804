namespace Bench.Hostile;

/// <summary>
/// A hosted repository, one that has users, a proxy of the hostile upstream, and groups of both kinds. Each revision
/// differs from the one before in all kinds of resources, and the content stays.
/// </summary>
static class ServerManifest
{
    const string Cost10 = "$2b$10$abcdefghijklmnopqrstuuFxpdDxfuk0JCf5GMA8H.vzoIln81UOO";
    const string Cost12 = "$2b$12$ABCDEFGHIJKLMNOPQRSTUOYldcLmChluTSHggYAkoiaTuzob8JQFO";

    /// <summary>The hosted repository that only every other revision has.</summary>
    public static string GetName(int revision) => $"revision-{revision % 2}";

    public static string Text(Uri upstream, int revision = 0) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: hosted }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{GetName(revision)}} }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: locked }
        spec:
          access:
            usersSecretRef: { name: locked-users }
            grants: [ { to: [ { authenticated: {} } ], role: Reader } ]
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: locked-users }
        stringData:
          htpasswd: |
            cost10:{{Cost10}}
            cost12:{{Cost12}}
            revision-{{revision}}:{{Cost10}}
            {{string.Join("\n    ", Enumerable.Range(0, ServerUnderTest.Users).Select(n => $"user-{n}:{Cost10}"))}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: proxy }
        spec:
          upstream: { url: "{{upstream}}" }
          cache: { maxSize: 64Mi, projectTtl: {{5 + revision % 2}}s }
          policy: { block: [ "blocked-{{revision}}" ] }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: group }
        spec:
          members: [ { kind: PythonRepository, name: hosted }, { kind: ProxyRepository, name: proxy } ]
          reserved: [ "revision-{{revision}}-*" ]
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: merged }
        spec:
          resolution: Merge
          members:
          - { kind: PythonRepository, name: {{GetName(revision)}} }
          - { kind: PythonRepository, name: hosted }
          - { kind: ProxyRepository, name: proxy }

        """;
}
