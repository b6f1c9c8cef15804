using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>The requests that a service receives.</summary>
public sealed class S3RequestTests
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task A_body_is_signed_as_a_whole_over_tls_too()
    {
        using var folder = new TemporaryFolder();
        var bytes = RandomNumberGenerator.GetBytes(3 << 20);
        File.WriteAllBytes(folder["file"], bytes);
        using var file = File.OpenHandle(folder["file"]);
        using var certificate = ScriptedS3.CreateCertificate();
        var received = new List<(string Signed, string Hash, string Expect)>();
        await using var service = await ScriptedS3.StartAsync(
            async context =>
            {
                var headers = context.Request.Headers;
                received.Add((headers["x-amz-content-sha256"].ToString(), "", headers["Expect"].ToString()));
                var hash = await SHA256.HashDataAsync(context.Request.Body);
                received[^1] = received[^1] with { Hash = Convert.ToHexStringLower(hash) };
                context.Response.Headers.ETag = "\"1\"";
            },
            certificate);
        using var client = new S3BucketClient(CreateSettings(service.Url) with { Roots = [certificate] });
        foreach (var length in new[] { 0, 10_000, 100_000, bytes.Length })
        {
            await client.PutAsync("a", new BucketBody(bytes.AsMemory(0, length)), WriteCondition.None, _none);
            await client.PutAsync("a", new BucketBody(file, 0, length), WriteCondition.None, _none);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))), received[^1].Hash);
            Assert.Equal(received[^2], received[^1]);
        }
        Assert.All(received, request => Assert.Equal(request.Hash, request.Signed));
        // Only a large body is worth another round trip.
        Assert.Equal(
            ["", "", "", "100-continue"], received.Where((_, n) => n % 2 == 0).Select(request => request.Expect));
    }

    [Fact]
    public async Task An_object_is_encrypted_as_the_settings_say()
    {
        var received = new List<string>();
        await using var service = await ScriptedS3.StartAsync(context =>
        {
            var headers = context.Request.Headers;
            received.Add($"{context.Request.Method} {context.Request.QueryString}: "
                + $"{headers.ContentType} {headers["x-amz-server-side-encryption"]} "
                + $"{headers["x-amz-server-side-encryption-aws-kms-key-id"]}");
            context.Response.Headers.ETag = "\"1\"";
            return HttpMethods.IsPut(context.Request.Method)
                ? Task.CompletedTask
                : context.Response.WriteAsync(
                    "<InitiateMultipartUploadResult><UploadId>x</UploadId></InitiateMultipartUploadResult>");
        });
        using var client = new S3BucketClient(
            CreateSettings(service.Url) with { Encryption = S3Encryption.Kms, KmsKeyId = "key-1" });
        await client.PutAsync("a", new BucketBody(new byte[9]), WriteCondition.None, _none);
        Assert.Equal("x", await client.BeginUploadAsync("a", _none));
        await client.PutPartAsync("a", "x", 1, new BucketBody(new byte[9]), _none);
        Assert.Equal(
            [
                "PUT : application/octet-stream aws:kms key-1",
                "POST ?uploads=: application/octet-stream aws:kms key-1",
                "PUT ?partNumber=1&uploadId=x: application/octet-stream  ",
            ],
            received);
    }

    [Fact]
    public async Task Nothing_that_is_meant_for_an_object_reaches_the_bucket()
    {
        using var client = new S3BucketClient(CreateSettings("http://127.0.0.1:1"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.DeleteAsync("", _none));
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.PutAsync("", new BucketBody(new byte[9]), WriteCondition.None, _none));
    }

    [Fact]
    public async Task A_bucket_is_created_in_its_region()
    {
        var body = "";
        await using var service = await ScriptedS3.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync();
        });
        using var client = new S3BucketClient(CreateSettings(service.Url));
        Assert.True(await client.CreateBucketAsync(_none));
        Assert.Equal("", body);
        using var elsewhere = new S3BucketClient(CreateSettings(service.Url) with { Region = "eu-west-3" });
        Assert.True(await elsewhere.CreateBucketAsync(_none));
        Assert.Contains("<LocationConstraint>eu-west-3</LocationConstraint>", body, StringComparison.Ordinal);
    }

    static S3Settings CreateSettings(string endpoint) => new()
    {
        Bucket = "some-bucket",
        Endpoint = new(endpoint),
        Credentials = new ReplaceableCredentials("some-access-key", "some-secret-key"),
    };
}
