using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Tokens and signatures. Fake-gcs-server checks none, so scripts do.</summary>
public sealed class GcsCredentialTests
{
    const string Described = """{"name":"a","size":"1","generation":"7","timeCreated":"2026-11-22T12:00:00Z"}""";

    readonly FakeClock _clock = new();
    readonly GcsKey _first = new("first");
    readonly GcsKey _second = new("second");
    readonly List<string?> _shown = [];
    readonly HashSet<string> _refused = [];
    int _tokens;

    static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_key_is_exchanged_for_a_token_that_is_kept_for_an_hour()
    {
        var handler = new ScriptedHandler(Answer);
        using var client = Create(handler, _first.Json);
        await client.HeadAsync("a", None);
        await client.HeadAsync("a", None);
        Assert.Equal(["first 1", "first 1"], _shown);
        Assert.Equal("POST https://oauth2.googleapis.com/token", handler.Requests[0]);
        _clock.Advance(TimeSpan.FromMinutes(57));
        await client.HeadAsync("a", None);
        Assert.Equal("first 2", _shown[^1]);
    }

    [Fact]
    public async Task A_rejected_token_is_replaced()
    {
        using var client = Create(new ScriptedHandler(Answer), _first.Json);
        await client.HeadAsync("a", None);
        _refused.Add("first 1");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await client.HeadAsync("a", None);
        Assert.Equal(["first 1", "first 1", "first 2"], _shown);
        // But one that was just fetched is not: it would be the same again.
        _refused.Add("first 2");
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Equal("authError", error.Code);
        Assert.Contains("'bucket'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("first 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaced_credentials_are_used_from_then_on()
    {
        using var client = Create(new ScriptedHandler(Answer), _first.Json);
        await client.HeadAsync("a", None);
        client.Replace(GcsCredentials.ServiceAccount(_second.Json));
        await client.HeadAsync("a", None);
        Assert.Equal(["first 1", "second 2"], _shown);
        Assert.Contains("second%40", client.Presign("a", TimeSpan.FromHours(1))!.Query, StringComparison.Ordinal);
        client.Replace(GcsCredentials.None);
        await client.HeadAsync("a", None);
        Assert.Null(_shown[^1]);
        Assert.Null(client.Presign("a", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_key_that_was_deleted_is_named()
    {
        using var client = Create(new ScriptedHandler((_, _) => ScriptedHandler.Text(
            HttpStatusCode.BadRequest,
            """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""")), _first.Json);
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Equal("invalid_grant", error.Code);
        Assert.StartsWith(
            $"There is no token for the service account {_first.Email}: Invalid JWT Signature. Check",
            error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("null", "it is empty")]
    [InlineData("{}", "its type is not 'service_account'")]
    [InlineData("""{"type":"authorized_user"}""", "its type is not 'service_account'")]
    [InlineData("""{"type":"service_account"}""", "'client_email' is missing")]
    [InlineData("""{"type":"service_account","client_email":"a"}""", "'private_key' is missing")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"secret"}""", "not an RSA key")]
    public void An_invalid_key_is_reported(string json, string reason)
    {
        var error = Assert.Throws<BucketException>(() => GcsCredentials.ServiceAccount(json));
        Assert.Equal("InvalidKey", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_shows_the_key()
    {
        var settings = new GcsBucketSettings
        {
            Bucket = "bucket",
            Credentials = GcsCredentials.ServiceAccount(_first.Json),
        };
        Assert.DoesNotContain("PRIVATE KEY", settings.ToString(), StringComparison.Ordinal);
        Assert.Contains(_first.Email, settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_permission_of_the_account_is_reported()
    {
        using var client = Create(new ScriptedHandler((request, body) => request.Method == HttpMethod.Post
            ? Answer(request, body)
            : ScriptedHandler.Text(
                HttpStatusCode.Forbidden,
                """
                {"error":{"message":"a does not have storage.objects.get access.","errors":[{"reason":"forbidden"}]}}
                """)),
            _first.Json);
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Equal("forbidden", error.Code);
        Assert.Equal(
            "Google Cloud Storage at https://storage.googleapis.com denies access to the bucket 'bucket': a does not "
            + "have storage.objects.get access. Grant the service account the role 'Storage Object User' "
            + "(roles/storage.objectUser) on it.",
            error.Message);
    }

    [Fact]
    public async Task A_missing_bucket_is_distinguished_from_a_missing_object()
    {
        var message = "No such object: bucket/a";
        using var client = Create(new ScriptedHandler((request, body) => request.Method == HttpMethod.Post
            ? Answer(request, body)
            : ScriptedHandler.Text(HttpStatusCode.NotFound, message, "text/html")), _first.Json);
        using var response = await client.GetAsync("a", default, None);
        Assert.Equal(BucketReadOutcome.NotFound, response.Outcome);
        message = "The specified bucket does not exist.";
        var error = await Assert.ThrowsAsync<BucketException>(() => client.GetAsync("a", default, None));
        Assert.StartsWith("There is no bucket 'bucket' at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_is_created_in_the_project_of_the_key()
    {
        var handler = new ScriptedHandler(Answer);
        using var client = Create(handler, _first.Json);
        Assert.True(await client.CreateBucketAsync(None));
        Assert.Equal("POST https://storage.googleapis.com/storage/v1/b?project=the-project", handler.Requests[^1]);
    }

    [Fact]
    public void A_presigned_url_is_signed_by_the_account()
    {
        using var client = Create(new ScriptedHandler(Answer), _first.Json);
        var url = client.Presign("p/a b+c/../文.whl", TimeSpan.FromMinutes(10))!.OriginalString;
        var path = url[..url.IndexOf('?', StringComparison.Ordinal)];
        Assert.Equal("https://storage.googleapis.com/bucket/p/a%20b%2Bc/../%E6%96%87.whl", path);
        var mark = url.IndexOf("&X-Goog-Signature=", StringComparison.Ordinal);
        var query = url[(path.Length + 1)..mark];
        Assert.Equal(
            "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=first%40project.test%2F20260301%2Fauto%2Fstorage"
            + "%2Fgoog4_request&X-Goog-Date=20260301T120000Z&X-Goog-Expires=600&X-Goog-SignedHeaders=host",
            query);
        var request = $"GET\n{path["https://storage.googleapis.com".Length..]}\n{query}\n"
            + "host:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        Assert.True(_first.Verify(
            Encoding.UTF8.GetBytes($"GOOG4-RSA-SHA256\n20260301T120000Z\n20260301/auto/storage/goog4_request\n{hash}"),
            Convert.FromHexString(url[(mark + "&X-Goog-Signature=".Length)..])));
    }

    GcsBucketClient Create(HttpMessageHandler handler, string key) => new(
        new()
        {
            Bucket = "bucket",
            Endpoint = new("https://storage.googleapis.com"),
            Credentials = GcsCredentials.ServiceAccount(key),
        },
        BucketClientBase.Connections with
        {
            ForBucket = () => handler,
            ForIdentity = () => new ScriptedHandler((_, _) => throw new InvalidOperationException("Not for a key.")),
            Clock = _clock,
        });

    HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        if (request.RequestUri!.Host == "oauth2.googleapis.com")
        {
            return ScriptedHandler.Text(
                HttpStatusCode.OK, $$"""{"access_token":"{{Exchange(body)}}","expires_in":3600}""");
        }
        var token = request.Headers.Authorization?.Parameter;
        _shown.Add(token);
        return token is not null && _refused.Contains(token)
            ? ScriptedHandler.Text(
                HttpStatusCode.Unauthorized,
                """{"error":{"code":401,"message":"Invalid Credentials","errors":[{"reason":"authError"}]}}""")
            : ScriptedHandler.Text(HttpStatusCode.OK, Described);
    }

    string Exchange(string body)
    {
        var form = HttpUtility.ParseQueryString(body);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"]!.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        var key = (string)claims["iss"]! == _first.Email ? _first : _second;
        Assert.True(key.Verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])));
        Assert.Equal("https://oauth2.googleapis.com/token", (string)claims["aud"]!);
        Assert.Equal(3600, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds(), (long)claims["iat"]!);
        return $"{key.Email.Split('@')[0]} {++_tokens}";
    }
}
