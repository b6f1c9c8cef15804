using System.Net.Sockets;

namespace PyRepo.Testing.Buckets;

/// <summary>An S3 service in memory that has one chosen fault, of the test assets. It takes any key.</summary>
/// <param name="mode">Its fault, as the program names it: <c>race</c>; or <c>right</c>.</param>
public sealed class LyingS3(string mode) : S3Service
{
    /// <inheritdoc/>
    public override string Region => "us-east-1";

    /// <inheritdoc/>
    protected override string Program => "s3/liar.py";

    /// <inheritdoc/>
    protected override string Script => $"""
        python3 "$ASSETS/s3/liar.py" "$2" {mode} > "$1/log" 2>&1 < /dev/null & read -r; kill $!
        """;

    /// <summary>Starts a service. Where its program is missing, the test that asks where it is is skipped.</summary>
    /// <param name="mode">Its fault.</param>
    public static async Task<LyingS3> StartAsync(string mode)
    {
        var service = new LyingS3(mode) { AccessKeyId = "any", SecretAccessKey = "any" };
        await service.InitializeAsync();
        return service;
    }

    /// <inheritdoc/>
    protected override Task WaitAsync(StreamReader output) => Eventually.IsAsync("the service listens", async () =>
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Endpoint.Host, Endpoint.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });
}
