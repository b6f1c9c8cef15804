using System.Net;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Azure;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Keys and signatures, which <see cref="Azurite"/> checks.</summary>
public sealed class AzureCredentialTests(Azurite server) : BucketClientBase, IClassFixture<Azurite>
{
    static readonly string _wrongKey = Convert.ToBase64String(new byte[64]);

    [Fact]
    public async Task A_wrong_key_is_reported()
    {
        using var other = Create(Bucket, AzureCredentials.AccountKey(_wrongKey));
        var error = await Assert.ThrowsAsync<BucketException>(() => other.HeadAsync("a", None));
        Assert.StartsWith("A", error.Code, StringComparison.Ordinal);
        Assert.StartsWith(
            $"Azure Blob Storage at {server.Endpoint} does not accept the key or token for the container '{Bucket}'.",
            error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_wrongKey, error.ToString(), StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_replaced_key_is_used_from_then_on()
    {
        var client = (AzureBucketClient)Client;
        client.Replace(AzureCredentials.AccountKey(_wrongKey));
        await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        client.Replace(AzureCredentials.AccountKey(Azurite.Key));
        Assert.Null(await client.HeadAsync("a", None));
    }

    [Fact]
    public async Task A_presigned_URL_is_readable_without_credentials_for_a_limited_time()
    {
        const string Name = "p/@a+b c~(1)/文&?#%41.whl";
        await PutAsync(Name, "hello");
        using var http = new HttpClient();
        var url = Client.Presign(Name, TimeSpan.FromMinutes(10))!;
        Assert.Equal("hello", await http.GetStringAsync(url));
        using var other = new StringContent("other");
        other.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var put = await http.PutAsync(url, other);
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
        using var late = await http.GetAsync(Client.Presign(Name, TimeSpan.FromMinutes(-10)));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
    }

    protected override IBucketClient CreateClient(string bucket) =>
        Create(bucket, AzureCredentials.AccountKey(Azurite.Key));

    AzureBucketClient Create(string bucket, AzureCredentials credentials) => new(
        new() { Container = bucket, Endpoint = server.Endpoint, Credentials = credentials }, Connections);
}
