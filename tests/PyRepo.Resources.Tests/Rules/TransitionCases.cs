namespace PyRepo.Resources.Tests.Rules;

/// <summary>
/// Updates of specs, and the expected rejections as <c>path: message</c>; none if the change is
/// allowed. The API server must agree.
/// </summary>
static class TransitionCases
{
    public sealed record Case(string Kind, string Before, string After, params string[] Rejected);

    const string Hosted = PythonRepository.KindName;
    const string Proxy = ProxyRepository.KindName;
    const string LeftBehind = "the existing data would be left behind. Restore the previous value, or create a "
        + "resource with another name";
    const string OtherKind = $"is a different kind of storage than before: {LeftBehind}";
    const string OtherClass = $"has changed, but a volume keeps its class: {LeftBehind}";
    const string OtherModes = $"have changed, but a claim keeps its access modes: {LeftBehind}";
    const string Smaller = "is smaller than before: a volume cannot shrink. Write the previous size or a larger one";
    const string ExistingClaim = "spec.storage.persistentVolumeClaim.existingClaim";
    const string OtherClaim = $"is a different claim than before: {LeftBehind}";
    const string Restored = "storage: { restoreFrom: { bucket: { name: backups, region: eu } } }";
    const string Bucket = "storage: { bucket: { name: team-a, region: eu } }";

    const string Claimed = "storage: { bucket: { claimRef: { name: team-a } } }";
    const string OtherBucket = $"has changed, and with it the bucket: {LeftBehind}";

    public static IReadOnlyList<Case> All { get; } =
    [
        new(Hosted, "{}", "suspend: true"),
        new(Hosted, "{}", "storage: {}"),
        new(Hosted, "storage: {}", "storage: { persistentVolumeClaim: { size: 10Gi, accessModes: [ReadWriteOnce] } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 10Gi } }", "{}"),
        new(Hosted, "{}", "storage: { deletionPolicy: Delete }"),
        new(Hosted, "{}", Restored,
            "spec.storage.restoreFrom: is set for an existing repository: a backup is restored only to an "
                + "empty store. Create a resource with another name"),
        new(Proxy, Restored, "{}"),
        new(Hosted, "{}", "storage: { restoreFrom: { volumeSnapshot: a } }",
            "spec.storage.restoreFrom: is set for an existing repository: a backup is restored only to an "
                + "empty store. Create a resource with another name"),
        new(Hosted, "storage: { restoreFrom: { volumeSnapshot: a } }", "{}"),
        new(Proxy, "storage: { restoreFrom: { volumeSnapshot: a } }",
            "storage: { restoreFrom: { volumeSnapshot: b } }"),
        new(Hosted, "backup: { to: { volumeSnapshotClassName: a } }",
            "backup: { to: { bucket: { name: backups, region: eu } } }"),
        new(Hosted, "{}", "storage: { ephemeral: {} }", $"spec.storage: \"ephemeral\" {OtherKind}"),
        new(Hosted, "{}", Bucket, $"spec.storage: \"bucket\" {OtherKind}"),
        new(Proxy, "storage: { ephemeral: {} }", "{}"),
        new(Hosted, "storage: { ephemeral: {} }", Bucket),
        new(Hosted, "storage: { ephemeral: {} }", "storage: { persistentVolumeClaim: { size: 1Gi } }"),
        new(Proxy, "storage: { persistentVolumeClaim: { size: 20Gi } }", "storage: { ephemeral: {} }",
            $"spec.storage: \"ephemeral\" {OtherKind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-b, region: eu } }",
            $"spec.storage.bucket.name: \"team-b\" is a different bucket than before: {LeftBehind}"),
        new(Hosted, Bucket, Claimed, $"spec.storage.bucket.claimRef: {OtherBucket}"),
        new(Proxy, Claimed, Bucket, $"spec.storage.bucket.claimRef: {OtherBucket}"),
        new(Hosted, Claimed, "storage: { bucket: { claimRef: { name: team-b } } }",
            $"spec.storage.bucket.claimRef: {OtherBucket}"),
        new(Hosted, Claimed,
            "storage: { bucket: { claimRef: { kind: ObjectBucketClaim, name: team-a }, downloads: Redirect } }"),
        new(Hosted, Claimed, "storage: { ephemeral: {} }", $"spec.storage: \"ephemeral\" {OtherKind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, region: us, prefix: '', downloads: Redirect } }"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, region: eu, prefix: a } }",
            $"spec.storage.bucket.prefix: \"a\" is a different prefix than before: {LeftBehind}"),
        new(Hosted, "storage: { bucket: { name: team-a, region: eu, prefix: a } }", Bucket,
            $"spec.storage.bucket.prefix: \"\" is a different prefix than before: {LeftBehind}"),
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
        new(Hosted, "storage: { persistentVolumeClaim: { size: 1Gi } }", "storage: { persistentVolumeClaim: { size: "
            + "1Mi } }",
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
            $"spec.storage.bucket.provider: \"GCS\" is a different provider than before: {LeftBehind}"),
        new(Hosted, Bucket, "storage: { bucket: { name: team-a, provider: S3, region: eu, endpoint: '' } }"),
        new(Proxy, Bucket, "storage: { bucket: { name: team-a, region: eu, endpoint: 'http://minio:9000' } }"),
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
