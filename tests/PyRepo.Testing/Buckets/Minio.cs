using System.Diagnostics;
using System.Net;

namespace PyRepo.Testing.Buckets;

/// <summary>MinIO: an S3 service that honors the conditions of writes.</summary>
public sealed class Minio : S3Service
{
    /// <summary>Its program, in the assets.</summary>
    public const string Asset = "s3/minio.xz";

    /// <summary>The name of the collection of tests that share one.</summary>
    public const string Collection = "MinIO";

    /// <summary>Where it listens.</summary>
    public IPAddress ListensAt { get; init; } = IPAddress.Loopback;

    /// <inheritdoc/>
    protected override IPAddress Address => ListensAt;

    /// <inheritdoc/>
    public override string Region => "us-east-1";

    /// <inheritdoc/>
    protected override string Program => Asset;

    /// <inheritdoc/>
    protected override string Script => """
        minio=$("$ASSETS/unpack.sh" s3)/minio
        "$minio" server "$1/data" --address "$ADDRESS:$2" >"$1/log" 2>&1 </dev/null &
        read -r; kill $!; wait
        """;

    /// <inheritdoc/>
    protected override void Prepare(ProcessStartInfo start)
    {
        (AccessKeyId, SecretAccessKey) = ("tests", Guid.NewGuid().ToString("N"));
        start.Environment["MINIO_ROOT_USER"] = AccessKeyId;
        start.Environment["MINIO_ROOT_PASSWORD"] = SecretAccessKey;
        start.Environment["MINIO_BROWSER"] = "off";
    }

    /// <inheritdoc/>
    protected override async Task WaitAsync(StreamReader output)
    {
        using var http = new HttpClient();
        await Eventually.IsAsync("MinIO is ready", async () =>
        {
            try
            {
                using var response = await http.GetAsync(new Uri(Endpoint, "/minio/health/live"));
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }
}
