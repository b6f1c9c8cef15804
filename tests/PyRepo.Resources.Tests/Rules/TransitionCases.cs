namespace PyRepo.Resources.Tests.Rules;

/// <summary>
/// Specs, what they are to become, and what is refused of that, as <c>path: sentence</c>; nothing where the change is
/// allowed. The API server must agree.
/// </summary>
static class TransitionCases
{
    public sealed record Case(string Kind, string Before, string After, params string[] Refused);

    const string Hosted = PythonRepository.KindName;
    const string Proxy = ProxyRepository.KindName;
    const string LeftBehind = "the data would be left behind. Write what it was, or make a resource of another name";
    const string OtherKind = $"is another kind of storage than before: {LeftBehind}";
    const string OtherClass = $"differs from before, and a volume keeps its class: {LeftBehind}";
    const string OtherModes = $"differ from before, and a claim keeps its access modes: {LeftBehind}";
    const string Smaller = "is smaller than before: a volume never shrinks. Write the former size, or a larger one";
    const string OtherService = $"is another service than before: {LeftBehind}";
    const string ExistingClaim = "spec.storage.persistentVolumeClaim.existingClaim";
    const string OtherClaim = $"is another claim than before: {LeftBehind}";
    const string Bucket = "storage: { bucket: { name: team-a, region: eu } }";

    public static IReadOnlyList<Case> All { get; } =
    [
        new(Hosted, "{}", "suspend: true"),
        new(Hosted, "{}", "storage: {}"),
        new(Hosted, "storage: {}", "storage: { persistentVolumeClaim: { size: 10Gi, accessModes: [ReadWriteOnce] } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 10Gi } }", "{}"),
        new(Hosted, "{}", "storage: { deletionPolicy: Delete }"),
        new(Hosted, "{}", "storage: { ephemeral: {} }", $"spec.storage: \"ephemeral\" {OtherKind}"),
        new(Hosted, "{}", Bucket, $"spec.storage: \"bucket\" {OtherKind}"),
        new(Proxy, "storage: { ephemeral: {} }", "{}", $"spec.storage: \"persistentVolumeClaim\" {OtherKind}"),
        new(Proxy, "storage: { persistentVolumeClaim: { size: 20Gi } }", "storage: { ephemeral: {} }",
            $"spec.storage: \"ephemeral\" {OtherKind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-b, region: eu } }",
            $"spec.storage.bucket.name: \"team-b\" is another bucket than before: {LeftBehind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, region: us, prefix: '', downloads: Redirect } }"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, region: eu, prefix: a } }",
            $"spec.storage.bucket.prefix: \"a\" is another prefix than before: {LeftBehind}"),
        new(Hosted, "storage: { bucket: { name: team-a, region: eu, prefix: a } }", Bucket,
            $"spec.storage.bucket.prefix: \"\" is another prefix than before: {LeftBehind}"),
        new(Hosted, "storage: { persistentVolumeClaim: { storageClassName: fast } }",
            "storage: { persistentVolumeClaim: { storageClassName: slow } }",
            $"spec.storage.persistentVolumeClaim.storageClassName: {OtherClass}"),
        new(Hosted, "{}", "storage: { persistentVolumeClaim: { storageClassName: '' } }",
            $"spec.storage.persistentVolumeClaim.storageClassName: {OtherClass}"),
        new(Hosted, "storage: { persistentVolumeClaim: { storageClassName: fast } }", "{}",
            $"spec.storage.persistentVolumeClaim.storageClassName: {OtherClass}"),
        new(Hosted, "storage: { persistentVolumeClaim: { storageClassName: fast } }",
            "storage: { persistentVolumeClaim: { storageClassName: fast, size: 11Gi } }"),
        new(Hosted, "{}", "storage: { persistentVolumeClaim: { accessModes: [ReadWriteMany] } }",
            $"spec.storage.persistentVolumeClaim.accessModes: {OtherModes}"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 1Gi } }", "storage: { persistentVolumeClaim: { size: 1Mi } }",
            $"spec.storage.persistentVolumeClaim.size: \"1Mi\" {Smaller}"),
        new(Hosted, "{}", "storage: { persistentVolumeClaim: { size: 9Gi } }",
            $"spec.storage.persistentVolumeClaim.size: \"9Gi\" {Smaller}"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 11Gi } }", "{}",
            $"spec.storage.persistentVolumeClaim.size: \"10Gi\" {Smaller}"),
        new(Proxy, "storage: { persistentVolumeClaim: { size: 1Ti } }",
            "storage: { persistentVolumeClaim: { size: 1024Gi } }"),
        new(Proxy, "storage: { persistentVolumeClaim: { size: 10Gi } }",
            "storage: { persistentVolumeClaim: { size: 20Gi } }"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, provider: GCS } }",
            $"spec.storage.bucket.provider: \"GCS\" is another provider than before: {LeftBehind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, provider: S3, region: eu, endpoint: '' } }"),
        new(Proxy, Bucket, "storage: { bucket: { name: team-a, region: eu, endpoint: 'http://minio:9000' } }",
            $"spec.storage.bucket.endpoint: \"http://minio:9000\" {OtherService}"),
        new(Hosted, "storage: { bucket: { name: team-a, region: eu, endpoint: 'http://minio:9000' } }", Bucket,
            $"spec.storage.bucket.endpoint: \"\" {OtherService}"),
        new(Hosted, "{}", "storage: { persistentVolumeClaim: { existingClaim: a } }",
            $"{ExistingClaim}: \"a\" {OtherClaim}"),
        new(Hosted, "storage: { persistentVolumeClaim: { existingClaim: a } }", "{}",
            $"{ExistingClaim}: \"\" {OtherClaim}"),
        new(Proxy, "storage: { persistentVolumeClaim: { existingClaim: a } }",
            "storage: { persistentVolumeClaim: { existingClaim: b } }", $"{ExistingClaim}: \"b\" {OtherClaim}"),
        new(Proxy, "storage: { persistentVolumeClaim: { existingClaim: a } }",
            "storage: { persistentVolumeClaim: { existingClaim: a }, deletionPolicy: Delete }"),
        new(Hosted, "{}", "storage: { persistentVolumeClaim: { existingClaim: '' } }"),
    ];
}
