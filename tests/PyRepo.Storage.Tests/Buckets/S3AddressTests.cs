using System.Net;
using System.Net.Sockets;
using PyRepo.Storage.Buckets.S3;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Where URLs name the bucket.</summary>
public sealed class S3AddressTests
{
    [Theory]
    [InlineData("team-a", null, S3Addressing.Auto, "https://team-a.s3.eu-west-1.amazonaws.com/a%20b/c")]
    [InlineData("team.a", null, S3Addressing.Auto, "https://s3.eu-west-1.amazonaws.com/team.a/a%20b/c")]
    [InlineData("team-a", null, S3Addressing.Path, "https://s3.eu-west-1.amazonaws.com/team-a/a%20b/c")]
    [InlineData("team-a", "http://minio:9000", S3Addressing.Auto, "http://minio:9000/team-a/a%20b/c")]
    [InlineData("team-a", "http://minio:9000", S3Addressing.VirtualHost, "http://team-a.minio:9000/a%20b/c")]
    [InlineData("team-a", "https://s3.example.com", S3Addressing.Path, "https://s3.example.com/team-a/a%20b/c")]
    [InlineData("team-a", "https://s3.example.com", S3Addressing.VirtualHost, "https://team-a.s3.example.com/a%20b/c")]
    public void A_url_names_the_bucket_in_its_host_or_its_path(
        string bucket, string? endpoint, S3Addressing addressing, string expected)
    {
        using var client = new S3BucketClient(new S3Settings
        {
            Bucket = bucket,
            Endpoint = endpoint is null ? null : new(endpoint),
            Region = "eu-west-1",
            Addressing = addressing,
            Credentials = new ReplaceableCredentials("id", "secret"),
        });
        var url = client.Presign("a b/c", TimeSpan.FromMinutes(1))!;
        Assert.Equal(expected, url.GetLeftPart(UriPartial.Path));
        Assert.Contains("X-Amz-Algorithm=AWS4-HMAC-SHA256", url.Query, StringComparison.Ordinal);
        Assert.Contains("X-Amz-Expires=60", url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_goes_to_that_address()
    {
        var seen = new List<string>();
        await using var service = await ScriptedS3.StartAsync(context =>
        {
            seen.Add($"{context.Request.Host}{context.Request.PathBase}{context.Request.Path.ToUriComponent()}");
            context.Response.Headers.ETag = "\"1\"";
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        var port = new Uri(service.Url).Port;
        using var client = new S3BucketClient(new S3Settings
        {
            Bucket = "team-a",
            Endpoint = new($"http://localhost:{port}"),
            Addressing = S3Addressing.VirtualHost,
            Credentials = new ReplaceableCredentials("id", "secret"),
            Connect = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        await client.HeadAsync("a b/c", CancellationToken.None);
        await client.DeleteAsync("a b/c", CancellationToken.None);
        var expected = $"team-a.localhost:{port}/a%20b/c";
        Assert.Equal([expected, expected], seen);
    }
}
