namespace EndToEnd.Buckets;

/// <summary>Another tool that writes to buckets: curl, which signs its requests.</summary>
public static class BucketTool
{
    /// <summary>Puts a file into a bucket.</summary>
    public static async Task PutAsync(this S3Service service, string bucket, string key, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("file");
        await File.WriteAllBytesAsync(file, bytes);
        (await RunAsync(service, $"{bucket}/{key}", "-T", file)).MustSucceed();
    }

    /// <summary>Deletes a file.</summary>
    public static async Task DeleteAsync(this S3Service service, string bucket, string key) =>
        (await RunAsync(service, $"{bucket}/{key}", "-X", "DELETE")).MustSucceed();

    /// <summary>Whether there is a bucket.</summary>
    public static async Task<bool> HasAsync(this S3Service service, string bucket) =>
        (await RunAsync(service, bucket, "--head")).ExitCode == 0;

    static Task<ProgramResult> RunAsync(S3Service service, string path, params string[] what) => new ProgramRun(
        "curl",
        [
            "-sS", "--fail", "--aws-sigv4", $"aws:amz:{service.Region}:s3", "--user",
            $"{service.AccessKeyId}:{service.SecretAccessKey}", .. what, new Uri(service.Endpoint, path).AbsoluteUri,
        ]).RunAsync();
}
