using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>
/// Two replicas on Google Cloud Storage and on Azure Blob Storage, as far as they can be had on this machine.
/// </summary>
[Collection(nameof(BucketsCollection))]
public sealed class ProviderTests
{
    [Fact]
    public async Task Two_replicas_share_a_bucket_of_google()
    {
        var google = new FakeGcsServer();
        await google.InitializeAsync();
        try
        {
            await ShareAsync($"provider: GCS, name: team-a, create: true, endpoint: \"{google.Endpoint}\"", "");
        }
        finally
        {
            await google.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_replicas_share_a_container_of_azure()
    {
        var azure = new Azurite();
        await azure.InitializeAsync();
        try
        {
            await ShareAsync(
                "provider: Azure, name: team-a, create: true, "
                + $"endpoint: \"http://{Azurite.Account}.localhost:{azure.Endpoint.Port}\", "
                + "credentialsSecretRef: { name: azure }",
                $$"""
                apiVersion: v1
                kind: Secret
                metadata: { name: azure }
                stringData: { AZURE_STORAGE_KEY: "{{Azurite.Key}}" }

                """);
        }
        finally
        {
            await azure.DisposeAsync();
        }
    }

    static async Task ShareAsync(string bucket, string secret)
    {
        var manifest = Serving.Manifest.All([
            .. secret.Length > 0 ? (string[])[secret] : [],
            Serving.Manifest.User("users", "publisher", "correct-horse"),
            Serving.Manifest.Create(
                BucketManifest.Team,
                $"{{ storage: {{ bucket: {{ {bucket} }} }}, access: {{ usersSecretRef: {{ name: users }} }} }}"),
        ]);
        await using var replicas = await Replicas.StartAsync(manifest, 2);
        var wheels = Enumerable.Range(1, 12).Select(
            i => TestWheel.Create("demo", $"{i}.0", i == 1 ? 30 << 20 : 100, seed: i)).ToList();
        var answers = await Task.WhenAll(wheels.Select((wheel, i) => replicas.UploadAsync(i % 2, wheel)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        foreach (var wheel in wheels)
            Assert.True(await replicas[1].ServesAsync(BucketManifest.Team, wheel), wheel.FileName);
        Assert.Equal(
            HttpStatusCode.NoContent,
            await replicas[0].DeletionStatusAsync(BucketManifest.Team, wheels[0], BucketManifest.Publisher));
        Assert.False(await replicas[1].ServesAsync(BucketManifest.Team, wheels[0]));
    }
}
