using Amazon.Runtime;
using Microsoft.AspNetCore.Http;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Where keys come from.</summary>
[Collection(Minio.Collection)]
public sealed class S3CredentialTests(Minio minio)
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task The_next_request_uses_the_new_keys()
    {
        var credentials = new ReplaceableCredentials(minio.AccessKeyId, "wrong-secret");
        using var client = new S3BucketClient((await minio.NewBucketAsync()) with { Credentials = credentials });
        var body = new BucketBody(new byte[9]);
        await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", _none));
        await Assert.ThrowsAsync<BucketException>(() => client.PutAsync("a", body, WriteCondition.None, _none));
        credentials.Replace(minio.AccessKeyId, minio.SecretAccessKey);
        await client.PutAsync("a", body, WriteCondition.None, _none);
        Assert.NotNull(await client.HeadAsync("a", _none));
        credentials.Replace("", "");
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", _none));
        Assert.Equal("NoCredentials", error.Code);
    }

    [Fact]
    public async Task Keys_of_the_environment_come_first()
    {
        var keys = await Create(
            ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_SESSION_TOKEN", "token"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")).GetCredentialsAsync();
        Assert.Equal(("id", "secret", "token"), (keys.AccessKey, keys.SecretKey, keys.Token));
    }

    [Fact]
    public async Task A_web_identity_is_exchanged_for_keys()
    {
        using var folder = new TemporaryFolder();
        var form = "";
        await using var service = await ScriptedS3.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            form = await reader.ReadToEndAsync();
            context.Response.ContentType = "text/xml";
            await context.Response.WriteAsync($"""
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <AssumeRoleWithWebIdentityResult><Credentials>
                <AccessKeyId>id</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
                <Expiration>{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration>
                </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                """);
        });
        var keys = await Create(
            ("AWS_WEB_IDENTITY_TOKEN_FILE", folder.Write("token", "the-jwt\n")),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
            ("AWS_ENDPOINT_URL_STS", service.Url)).GetCredentialsAsync();
        Assert.Equal(("id", "secret", "token"), (keys.AccessKey, keys.SecretKey, keys.Token));
        Assert.Contains("Action=AssumeRoleWithWebIdentity", form, StringComparison.Ordinal);
        Assert.Contains("WebIdentityToken=the-jwt", form, StringComparison.Ordinal);
        Assert.Contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_web_identity_says_what_to_check()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ScriptedS3.StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync(
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
        });
        var error = await Assert.ThrowsAsync<BucketException>(() => Create(
            ("AWS_WEB_IDENTITY_TOKEN_FILE", folder.Write("token", "jwt")), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
            ("AWS_ENDPOINT_URL_STS", service.Url)).GetCredentialsAsync());
        Assert.Equal("NoCredentials", error.Code);
        Assert.Contains("arn:aws:iam::1:role/r", error.Message, StringComparison.Ordinal);
        Assert.Contains("trust policy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pod_identity_agent_gives_keys()
    {
        using var folder = new TemporaryFolder();
        var authorization = "";
        await using var agent = await ScriptedS3.StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return context.Response.WriteAsync($$"""
                {"AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "token",
                 "Expiration": "{{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}
                """);
        });
        var keys = await Create(
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.Url + "/v1/credentials"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.Write("token", "the-jwt\n"))).GetCredentialsAsync();
        Assert.Equal(("id", "secret", "token"), (keys.AccessKey, keys.SecretKey, keys.Token));
        Assert.Equal("the-jwt", authorization);
    }

    [Fact]
    public async Task The_metadata_of_the_node_gives_none()
    {
        var metadata = Create(("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.169.254/latest"));
        var error = await Assert.ThrowsAsync<BucketException>(() => metadata.GetCredentialsAsync());
        Assert.Equal("NoCredentials", error.Code);
        error = await Assert.ThrowsAsync<BucketException>(() => Create().GetCredentialsAsync());
        Assert.Equal("NoCredentials", error.Code);
    }

    static AWSCredentials Create(params (string Name, string Value)[] environment)
    {
        var settings = new S3Settings { Bucket = "b", Credentials = new ReplaceableCredentials() };
        return PodCredentials.Create(settings, name => environment.FirstOrDefault(e => e.Name == name).Value);
    }
}
