using System.Net;
using System.Web;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Azure;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>
/// The identity of a pod on Azure, which environment variables tell, and answers that Azurite never gives.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class AzureIdentityTests : IDisposable
{
    static readonly string[] _variables =
        ["AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST"];

    readonly TemporaryFolder _folder = new();
    readonly string?[] _before = [.. _variables.Select(Environment.GetEnvironmentVariable)];
    string? _shown;

    public AzureIdentityTests()
    {
        foreach (var variable in _variables)
            Environment.SetEnvironmentVariable(variable, null);
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        foreach (var (variable, value) in _variables.Zip(_before))
            Environment.SetEnvironmentVariable(variable, value);
        _folder.Dispose();
    }

    [Fact]
    public async Task A_workload_identity_exchanges_the_token_of_the_pod()
    {
        var client = Guid.NewGuid().ToString();
        var tenant = Guid.NewGuid().ToString();
        Environment.SetEnvironmentVariable(_variables[0], _folder.Write("token", "from-the-cluster"));
        Environment.SetEnvironmentVariable(_variables[1], client);
        Environment.SetEnvironmentVariable(_variables[2], tenant);
        var identity = new ScriptedHandler((request, body) =>
        {
            Assert.Equal(
                $"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token", request.RequestUri!.ToString());
            var form = HttpUtility.ParseQueryString(body);
            Assert.Equal("from-the-cluster", form["client_assertion"]);
            Assert.Equal(client, form["client_id"]);
            Assert.Equal("https://storage.azure.com/.default", form["scope"]);
            return ScriptedHandler.Text(
                HttpStatusCode.OK, """{"token_type":"Bearer","expires_in":3600,"access_token":"the-token"}""");
        });
        using var bucket = Create(identity, HttpStatusCode.NotFound, "BlobNotFound");
        Assert.Null(await bucket.HeadAsync("a", None));
        Assert.Null(await bucket.HeadAsync("a", None));
        Assert.Equal("Bearer the-token", _shown);
        Assert.Single(identity.Requests);
        Assert.Null(bucket.Presign("a", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_managed_identity_is_asked_of_the_metadata_server()
    {
        Environment.SetEnvironmentVariable(_variables[1], "the-client");
        var identity = new ScriptedHandler((request, _) =>
        {
            Assert.StartsWith(
                "http://169.254.169.254/metadata/identity/oauth2/token?", request.RequestUri!.ToString(),
                StringComparison.Ordinal);
            var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
            Assert.Equal("https://storage.azure.com", query["resource"]);
            Assert.Equal("the-client", query["client_id"]);
            return ScriptedHandler.Text(HttpStatusCode.OK, $$"""
                {"access_token":"managed","token_type":"Bearer","resource":"https://storage.azure.com",
                "expires_in":"3600","expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}"}
                """);
        });
        using var bucket = Create(identity, HttpStatusCode.NotFound, "BlobNotFound");
        Assert.Null(await bucket.HeadAsync("a", None));
        Assert.Equal("Bearer managed", _shown);
    }

    [Fact]
    public async Task A_pod_without_an_identity_is_reported()
    {
        Environment.SetEnvironmentVariable(_variables[0], _folder["missing"]);
        var identity = new ScriptedHandler((_, _) => throw new InvalidOperationException());
        using var bucket = Create(identity, HttpStatusCode.OK, "");
        var error = await Assert.ThrowsAsync<BucketException>(() => bucket.HeadAsync("a", None));
        Assert.StartsWith(
            "There is no token for the identity of this pod: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        403, "AuthorizationPermissionMismatch",
        "denies access to the container 'c'. Give the identity the role 'Storage Blob Data Contributor' on it.")]
    [InlineData(403, "AuthenticationFailed", "does not accept the key or token for the container 'c'.")]
    [InlineData(404, "ContainerNotFound", "There is no container 'c' at")]
    [InlineData(409, "ContainerBeingDeleted", "Wait a minute")]
    [InlineData(403, "KeyBasedAuthenticationNotPermitted", "allows no keys")]
    public async Task Refusals_of_the_service_are_reported(int status, string code, string message)
    {
        using var bucket = Create(new ScriptedHandler((_, _) => null!), (HttpStatusCode)status, code);
        bucket.Replace(AzureCredentials.AccountKey(Azurite.Key));
        var error = await Assert.ThrowsAsync<BucketException>(() => bucket.HeadAsync("a", None));
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Azurite.Key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(409, "BlobAlreadyExists")]
    [InlineData(412, "ConditionNotMet")]
    public async Task A_condition_that_is_not_met_has_two_codes(int status, string code)
    {
        using var bucket = Create(new ScriptedHandler((_, _) => null!), (HttpStatusCode)status, code);
        bucket.Replace(AzureCredentials.AccountKey(Azurite.Key));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => bucket.PutAsync("a", new("x"u8.ToArray()), WriteCondition.Absent, None));
    }

    [Fact]
    public void An_invalid_key_is_reported()
    {
        var error = Assert.Throws<BucketException>(() => AzureCredentials.AccountKey("no key!"));
        Assert.Equal("InvalidKey", error.Code);
        Assert.DoesNotContain("no key!", error.Message, StringComparison.Ordinal);
        var settings = new AzureBucketSettings
        {
            Container = "c",
            Endpoint = new("https://account.blob.core.windows.net"),
            Credentials = AzureCredentials.AccountKey(Azurite.Key),
        };
        Assert.DoesNotContain(Azurite.Key, settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_leaves_out_the_folders_of_an_account_with_a_hierarchical_namespace()
    {
        const string Xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <EnumerationResults ContainerName="c"><Blobs>
            <Blob><Name>p</Name><Properties><Content-Length>0</Content-Length><ResourceType>directory</ResourceType>
            <Etag>0x1</Etag><Last-Modified>Sun, 22 Nov 2026 12:00:00 GMT</Last-Modified></Properties></Blob>
            <Blob><Name>p/a &amp; b</Name><Properties><Last-Modified>Sun, 22 Nov 2026 12:00:00 GMT</Last-Modified>
            <Etag>0x2</Etag><Content-Length>7</Content-Length><Content-Encoding /></Properties><OrMetadata /></Blob>
            <Blob><Name Encoded="true">p%2Fc%EF%BF%BF</Name><Properties><Etag>"0x3"</Etag>
            <Last-Modified>Sun, 22 Nov 2026 12:00:00 GMT</Last-Modified><Content-Length>8</Content-Length></Properties>
            </Blob></Blobs><NextMarker /></EnumerationResults>
            """;
        using var bucket = Create(new ScriptedHandler((_, _) => null!), HttpStatusCode.OK, "", Xml);
        bucket.Replace(AzureCredentials.AccountKey(Azurite.Key));
        var found = new List<StoredObject>();
        await foreach (var listed in bucket.ListAsync("", null, None))
            found.Add(listed);
        var time = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal([new("p/a & b", 7, new("0x2"), time), new("p/c\uffff", 8, new("0x3"), time)], found);
        Assert.All(found, listed => Assert.Equal(time, listed.LastModified));
    }

    AzureBucketClient Create(HttpMessageHandler identity, HttpStatusCode status, string code, string text = "")
    {
        var bucket = new ScriptedHandler((request, _) =>
        {
            _shown = request.Headers.Authorization?.ToString();
            return ScriptedHandler.Text(
                status, text, "application/xml", code == "" ? [] : [("x-ms-error-code", code)]);
        });
        return new(
            new() { Container = "c", Endpoint = new("https://account.blob.core.windows.net") },
            BucketClientBase.Connections with { ForBucket = () => bucket, ForIdentity = () => identity });
    }
}
