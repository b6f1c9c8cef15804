using System.Xml.Linq;

namespace EndToEnd.Buckets;

/// <summary>Another tool that reads and writes buckets: curl, which signs its requests.</summary>
public static class BucketTool
{
    /// <summary>Creates a bucket.</summary>
    public static async Task CreateAsync(this S3Service service, string bucket) =>
        (await RunAsync(service, bucket, "-X", "PUT")).MustSucceed();

    /// <summary>Lists the keys of a bucket that has fewer than 1,000.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(this S3Service service, string bucket)
    {
        var listed = (await RunAsync(service, $"{bucket}?list-type=2")).MustSucceed();
        return [.. XDocument.Parse(listed.Output).Descendants()
            .Where(e => e.Name.LocalName == "Key").Select(e => e.Value)];
    }

    /// <summary>Reads a file.</summary>
    public static async Task<byte[]> ReadAsync(this S3Service service, string bucket, string key)
    {
        using var folder = new TemporaryFolder();
        (await RunAsync(service, GetPath(bucket, key), "-o", folder["file"])).MustSucceed();
        return await File.ReadAllBytesAsync(folder["file"]);
    }

    /// <summary>Puts a file into a bucket.</summary>
    public static async Task PutAsync(this S3Service service, string bucket, string key, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("file");
        await File.WriteAllBytesAsync(file, bytes);
        (await RunAsync(service, GetPath(bucket, key), "-T", file)).MustSucceed();
    }

    /// <summary>Deletes a file.</summary>
    public static async Task DeleteAsync(this S3Service service, string bucket, string key) =>
        (await RunAsync(service, GetPath(bucket, key), "-X", "DELETE")).MustSucceed();

    /// <summary>Whether there is a bucket.</summary>
    public static async Task<bool> HasAsync(this S3Service service, string bucket) =>
        (await RunAsync(service, bucket, "--head")).ExitCode == 0;

    /// <summary>curl signs the path as it is given.</summary>
    static string GetPath(string bucket, string key) =>
        string.Join('/', [bucket, .. key.Split('/').Select(Uri.EscapeDataString)]);

    static Task<ProgramResult> RunAsync(S3Service service, string path, params string[] what) => new ProgramRun(
        "curl",
        [
            "-sS", "--fail", "--aws-sigv4", $"aws:amz:{service.Region}:s3", "--user",
            $"{service.AccessKeyId}:{service.SecretAccessKey}", .. what, new Uri(service.Endpoint, path).AbsoluteUri,
        ]).RunAsync();
}
