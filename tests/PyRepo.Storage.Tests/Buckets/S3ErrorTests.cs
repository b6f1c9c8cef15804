using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What errors say.</summary>
[Collection(Minio.Collection)]
public sealed class S3ErrorTests(Minio minio)
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public Task A_missing_bucket() => AssertErrorAsync(
        minio.Settings("no-such-bucket"), "NoSuchBucket", "'no-such-bucket'", "create it, or correct its name");

    [Fact]
    public Task An_unknown_key() => AssertErrorAsync(
        minio.Settings("some-bucket") with { Credentials = new ReplaceableCredentials("nobody", "secret-x") },
        "InvalidAccessKeyId", "check AWS_ACCESS_KEY_ID");

    [Fact]
    public Task A_wrong_secret() => AssertErrorAsync(
        minio.Settings("some-bucket") with { Credentials = new ReplaceableCredentials(minio.AccessKeyId, "secret-x") },
        "SignatureDoesNotMatch", "check AWS_SECRET_ACCESS_KEY");

    [Fact]
    public Task An_invalid_name() =>
        AssertErrorAsync(minio.Settings("X"), "InvalidBucketName", "does not allow this name");

    [Fact]
    public Task Missing_keys() => AssertErrorAsync(
        SomeSettings("http://127.0.0.1:1") with { Credentials = new ReplaceableCredentials() },
        "NoCredentials", "AWS_SECRET_ACCESS_KEY");

    [Fact]
    public Task A_name_without_an_address() => AssertErrorAsync(
        SomeSettings("http://no-such-host.invalid"), BucketException.Unreachable, "no-such-host.invalid", "resolved");

    [Fact]
    public Task A_closed_port() => AssertErrorAsync(
        SomeSettings("http://127.0.0.1:1"), BucketException.Unreachable, "127.0.0.1:1", "'some-bucket'", "refuses");

    [Fact]
    public Task A_refused_address() => AssertErrorAsync(
        SomeSettings("http://127.0.0.1:1") with
        {
            Connect = static (_, _) => throw new InvalidOperationException("The address is not allowed."),
        },
        BucketException.Unreachable, "The address is not allowed");

    [Fact]
    public Task No_tls() => AssertErrorAsync(
        SomeSettings($"https://127.0.0.1:{minio.Endpoint.Port}"), BucketException.Unreachable, "does not use TLS");

    [Fact]
    public async Task A_service_that_does_not_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new S3BucketClient(
            SomeSettings($"http://{silent.LocalEndpoint}") with { Timeout = TimeSpan.FromMilliseconds(200) });
        var error = await Assert.ThrowsAsync<BucketException>(() => client.PutAsync(
            "a", new BucketBody(new byte[9]), WriteCondition.Absent, _none));
        Assert.Equal(BucketException.Unreachable, error.Code);
        Assert.True(error.IsTransient);
        Assert.Contains("did not answer in time", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AccessDenied", "grant s3:GetObject")]
    [InlineData(400, "AuthorizationHeaderMalformed", "The region is not us-east-1 but eu-west-3")]
    [InlineData(301, "PermanentRedirect", "The region is not us-east-1 but eu-west-3")]
    [InlineData(403, "RequestTimeTooSkewed", "clocks")]
    [InlineData(403, "InvalidObjectState", "Glacier")]
    [InlineData(400, "KMS.DisabledException", "grant kms:GenerateDataKey")]
    [InlineData(400, "Strange", "The service says: Strange things happen.")]
    public async Task Usual_errors_say_what_to_do(int status, string code, string advice)
    {
        await using var service = await ScriptedS3.StartAsync(status, code);
        await AssertErrorAsync(SomeSettings(service.Url), code, advice);
    }

    [Fact]
    public async Task Who_may_not_create_the_bucket_is_told_the_right_for_that_and_no_other()
    {
        await using var service = await ScriptedS3.StartAsync(403, "AccessDenied");
        using var client = new S3BucketClient(SomeSettings(service.Url));
        var error = await Assert.ThrowsAsync<BucketException>(() => client.CreateBucketAsync(_none));
        Assert.Equal("AccessDenied", error.Code);
        Assert.Contains("grant s3:CreateBucket", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3:GetObject", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_must_be_trusted()
    {
        using var certificate = ScriptedS3.CreateCertificate();
        await using var service = await ScriptedS3.StartAsync(
            context => context.Response.WriteAsync("<ListBucketResult/>"), certificate);
        await AssertErrorAsync(
            SomeSettings(service.Url), BucketException.Unreachable, "certificate is not trusted", "Give the CA");
        using var trusting = new S3BucketClient(SomeSettings(service.Url) with { Roots = [certificate] });
        Assert.True(await trusting.BucketExistsAsync(_none));
    }

    [Theory]
    [InlineData(507, "XMinioStorageFull")]
    [InlineData(403, "QuotaExceeded")]
    public async Task A_full_service_is_a_full_store(int status, string code)
    {
        await using var service = await ScriptedS3.StartAsync(status, code);
        using var client = new S3BucketClient(SomeSettings(service.Url));
        await Assert.ThrowsAsync<StoreFullException>(() => client.PutAsync(
            "a", new BucketBody(new byte[9]), WriteCondition.Absent, _none));
    }

    [Fact]
    public async Task A_completion_that_fails_after_its_status_is_an_error()
    {
        await using var service = await ScriptedS3.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            context.Response.ContentType = "application/xml";
            return HttpMethods.IsPost(context.Request.Method)
                ? context.Response.WriteAsync(
                    "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>Sorry</Message></Error>")
                : Task.CompletedTask;
        });
        using var client = new S3BucketClient(SomeSettings(service.Url));
        var error = await Assert.ThrowsAsync<BucketException>(() => client.CompleteUploadAsync(
            "a", "upload", [], new BucketBody(new byte[9]), WriteCondition.Absent, _none));
        Assert.Equal("InternalError", error.Code);
        Assert.True(error.IsTransient);
    }

    static S3Settings SomeSettings(string endpoint) => new()
    {
        Bucket = "some-bucket",
        Endpoint = new(endpoint),
        Credentials = new ReplaceableCredentials("some-access-key", "some-secret-key"),
    };

    /// <summary>Whichever request fails, it fails so.</summary>
    static async Task AssertErrorAsync(S3Settings settings, string code, params string[] parts)
    {
        using var client = new S3BucketClient(settings);
        var body = new BucketBody(new byte[9]);
        var errors = new List<BucketException>
        {
            await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", _none)),
            await Assert.ThrowsAsync<BucketException>(() => client.GetAsync("a", new(), _none)),
            await Assert.ThrowsAsync<BucketException>(() => client.PutAsync("a", body, WriteCondition.Absent, _none)),
        };
        Assert.All(errors, error => Assert.Equal(code, error.Code));
        Assert.All(parts, part => Assert.Contains(part, errors[0].Message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotContain("key-", error.Message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotContain("some-access-key", error.Message, StringComparison.Ordinal));
    }
}
