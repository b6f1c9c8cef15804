namespace EndToEnd.Cluster;

/// <summary>MinIO on this machine, outside of the cluster, at an address that pods reach.</summary>
public sealed class ClusterMinio : IAsyncLifetime
{
    Minio _service = new();

    /// <summary>The Secret <c>s3</c> with its key, or with another one that it does not accept.</summary>
    public string Keys(string name = "s3", string? id = null, string? secret = null) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: {{name}} }
        stringData:
          AWS_ACCESS_KEY_ID: "{{id ?? _service.AccessKeyId}}"
          AWS_SECRET_ACCESS_KEY: "{{secret ?? _service.SecretAccessKey}}"
        """;

    /// <summary>The value of <c>spec.storage.bucket</c>.</summary>
    /// <param name="fields">At least the bucket's name.</param>
    /// <param name="keys">The name of the Secret with the key.</param>
    public string Bucket(string fields, string keys = "s3") =>
        $$"""{ {{fields}}, endpoint: "{{_service.Endpoint}}", region: {{_service.Region}}, """
        + $$"""credentialsSecretRef: { name: {{keys}} } }""";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is not null)
            return;
        _service = new() { ListensAt = await Kubectl.AddressOfThisMachineAsync() };
        await _service.InitializeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>Makes a bucket, as a user does beforehand.</summary>
    public async Task<string> NewBucketAsync()
    {
        var name = S3Service.NewName();
        await CreateBucketAsync(name);
        return name;
    }

    /// <summary>Makes a bucket of a name.</summary>
    public async Task CreateBucketAsync(string bucket) => (await CurlAsync(bucket, "--request", "PUT")).MustSucceed();

    /// <summary>Puts an empty object into a bucket, as another program does.</summary>
    public async Task PutAsync(string bucket, string key) =>
        (await CurlAsync($"{bucket}/{key}", "--request", "PUT")).MustSucceed();

    /// <summary>The keys in a bucket, at most a thousand of them, in order; null: there is no such bucket.</summary>
    public async Task<IReadOnlyList<string>?> FindKeysAsync(string bucket)
    {
        var answer = await CurlAsync($"{bucket}?list-type=2");
        if (answer.Output.Contains("<Code>NoSuchBucket</Code>", StringComparison.Ordinal))
            return null;
        return [.. answer.MustSucceed().Output.Split("<Key>").Skip(1).Select(part => part.Split("</Key>")[0])];
    }

    Task<ProgramResult> CurlAsync(string path, params IReadOnlyList<string> arguments) => new ProgramRun("curl", [
        "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--aws-sigv4",
        $"aws:amz:{_service.Region}:s3", "--user", $"{_service.AccessKeyId}:{_service.SecretAccessKey}", .. arguments,
        new Uri(_service.Endpoint, path).AbsoluteUri]).RunAsync();
}
