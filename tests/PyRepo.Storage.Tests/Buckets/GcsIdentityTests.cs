using System.Net;
using System.Web;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>The identity of a pod on Google Cloud, which environment variables tell.</summary>
[Collection(AloneCollection.Name)]
public sealed class GcsIdentityTests : IDisposable
{
    const string Described = """{"name":"a","size":"1","generation":"7","timeCreated":"2026-11-22T12:00:00Z"}""";
    const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";

    readonly TemporaryFolder _folder = new();
    readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    readonly ScriptedHandler _bucket;
    string? _shown;

    public GcsIdentityTests()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _bucket = new((request, _) =>
        {
            _shown = request.Headers.Authorization?.ToString();
            return ScriptedHandler.Text(HttpStatusCode.OK, Described);
        });
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }

    [Fact]
    public async Task The_metadata_server_gives_out_tokens_and_the_project()
    {
        var metadata = new ScriptedHandler((request, _) =>
        {
            Assert.Equal(["Google"], request.Headers.GetValues("Metadata-Flavor"));
            return request.RequestUri!.AbsolutePath.EndsWith("token", StringComparison.Ordinal)
                ? ScriptedHandler.Text(HttpStatusCode.OK, """{"access_token":"pod","expires_in":3599}""")
                : ScriptedHandler.Text(HttpStatusCode.OK, "its-project", "application/text");
        });
        using var client = Create(metadata);
        Assert.True(await client.CreateBucketAsync(None));
        Assert.Equal("Bearer pod", _shown);
        Assert.EndsWith("?project=its-project", _bucket.Requests[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token?scopes=",
            metadata.Requests[1], StringComparison.Ordinal);
        Assert.Null(client.Presign("a", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_pod_without_an_identity_is_reported()
    {
        using var client = Create(new ScriptedHandler((_, _) => ScriptedHandler.Text(HttpStatusCode.NotFound)));
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Equal("404", error.Code);
        Assert.StartsWith(
            "There is no token for this pod: the status is 404.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_federation_exchanges_the_token_of_the_pod()
    {
        _folder.Write("token", """{"value":"from-the-cluster"}""");
        Environment.SetEnvironmentVariable(Variable, _folder.Write("federation.json", $$"""
            {
              "type": "external_account",
              "audience": "//iam.googleapis.com/pool",
              "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
              "token_url": "https://sts.googleapis.com/v1/token",
              "service_account_impersonation_url": "https://iamcredentials.googleapis.com/x:generateAccessToken",
              "credential_source": {
                "file": "{{_folder["token"]}}",
                "format": { "type": "json", "subject_token_field_name": "value" }
              }
            }
            """));
        using var client = Create(new ScriptedHandler((request, body) =>
        {
            if (request.RequestUri!.Host == "sts.googleapis.com")
            {
                var form = HttpUtility.ParseQueryString(body);
                Assert.Equal("from-the-cluster", form["subject_token"]);
                Assert.Equal("//iam.googleapis.com/pool", form["audience"]);
                return ScriptedHandler.Text(HttpStatusCode.OK, """{"access_token":"federated","expires_in":3599}""");
            }
            Assert.Equal("Bearer federated", request.Headers.Authorization!.ToString());
            Assert.Equal("""{"scope":["https://www.googleapis.com/auth/devstorage.read_write"]}""", body);
            return ScriptedHandler.Text(
                HttpStatusCode.OK, """{"accessToken":"impersonated","expireTime":"2036-01-01T00:00:00Z"}""");
        }));
        await client.HeadAsync("a", None);
        Assert.Equal("Bearer impersonated", _shown);
    }

    [Fact]
    public async Task A_file_of_another_kind_is_named()
    {
        var path = _folder.Write("user.json", """{"type":"authorized_user"}""");
        Environment.SetEnvironmentVariable(Variable, path);
        using var client = Create(new ScriptedHandler((_, _) => throw new InvalidOperationException()));
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("its type is 'authorized_user'", error.Message, StringComparison.Ordinal);
    }

    GcsBucketClient Create(HttpMessageHandler identity) => new(
        new() { Bucket = "bucket", Endpoint = new("https://storage.googleapis.com") },
        BucketClientBase.Connections with { ForBucket = () => _bucket, ForIdentity = () => identity });
}
