using EndToEnd.Serving.Layouts;

namespace EndToEnd.Buckets.Layouts;

/// <summary>Repositories in one bucket, each below a prefix.</summary>
public sealed class S3Store(S3Service service, string bucket) : LayoutStore
{
    /// <inheritdoc/>
    public override string Kind => "bucket";

    /// <inheritdoc/>
    protected override string Secrets => $"{BucketManifest.Keys(service)}---";

    /// <inheritdoc/>
    protected override string GetSpec(string repository) => "storage: { bucket: { "
        + $"name: {bucket}, prefix: {repository}, endpoint: \"{service.Endpoint}\", region: {service.Region}, "
        + "credentialsSecretRef: { name: s3 } } },";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string>> KeysAsync() => service.ListAsync(bucket);

    /// <inheritdoc/>
    public override Task<byte[]> ReadAsync(string key) => service.ReadAsync(bucket, key);

    /// <inheritdoc/>
    public override Task PutAsync(string key, byte[] bytes, DateTimeOffset time) =>
        service.PutAsync(bucket, key, bytes);
}
