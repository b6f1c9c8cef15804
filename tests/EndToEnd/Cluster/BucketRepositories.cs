namespace EndToEnd.Cluster;

/// <summary>Repositories in buckets, with two replicas each.</summary>
static class BucketRepositories
{
    /// <summary>
    /// A repository, a proxy of another index, and both as one: at <c>/team</c>, <c>/mirror</c> and <c>/</c>.
    /// </summary>
    public static string All(ClusterNamespace ns, ClusterMinio minio, string upstream) =>
        string.Join("\n---\n", minio.Keys(), Team(ns, minio.Bucket(New())),
            Mirror(ns, minio.Bucket(New()), upstream), $$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec:
              members:
              - { kind: PythonRepository, name: team }
              - { kind: ProxyRepository, name: mirror }
              # A name that was uploaded a moment before its member fails is not on the group's list of its names yet.
              reserved: [ "acme-*" ]
              ingress: { host: {{ns.Host}} }
              server: { replicas: 2 }
            """);

    /// <summary>The repository, at <c>/team</c>.</summary>
    public static string Team(ClusterNamespace ns, string bucket, string deletionPolicy = "Retain") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage:
            bucket: {{bucket}}
            deletionPolicy: {{deletionPolicy}}
          ingress: { host: {{ns.Host}}, path: /team }
          server: { replicas: 2 }
        """;

    /// <summary>The proxy, at <c>/mirror</c>.</summary>
    public static string Mirror(
        ClusterNamespace ns, string bucket, string upstream, string deletionPolicy = "Retain") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mirror }
        spec:
          upstream: { url: "{{upstream}}" }
          cache: { maxSize: 1Gi, projectTtl: 1s }
          storage:
            bucket: {{bucket}}
            deletionPolicy: {{deletionPolicy}}
          ingress: { host: {{ns.Host}}, path: /mirror }
          server: { replicas: 2 }
        """;

    /// <summary>A bucket that the server creates.</summary>
    public static string New() => $"name: {S3Service.NewName()}, create: true";
}
