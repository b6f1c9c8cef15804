using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What clients and administrators see of a service that does not keep its word about conditional writes.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class UntrustworthyServiceTests
{
    [Theory]
    [InlineData("race", "lets several of the writes succeed that come at the same time")]
    [InlineData("refuse", "does not support them")]
    [InlineData("versioned", "ignores them")]
    public async Task One_replica_takes_uploads_and_keeps_them_over_a_kill_and_several_are_refused(
        string mode, string reason)
    {
        await using var service = await LyingS3.StartAsync(mode);
        var bucket = S3Service.NewName();
        await using (var server = await PyRepoServer.StartAsync(
            BucketManifest.Create(service, $"name: {bucket}, create: true")))
        {
            var wheels = Wheels(20);
            var answers = await Task.WhenAll(wheels.Select(wheel => UploadAsync(server, wheel)));
            Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
            Assert.False((await ReadAsync(server)).Storage!.ConditionalWrites);
            await server.KillAsync();
            await server.StartAgainAsync();
            foreach (var wheel in wheels)
                Assert.True(await server.ServesAsync(BucketManifest.Team, wheel));
        }
        await using var several = await PyRepoServer.LaunchOnAsync(
            BucketManifest.Create(service, $"name: {bucket}", "server: { replicas: 2 }"), static _ => { });
        await Eventually.IsAsync(
            "the status says why", async () => (await ReadAsync(several)).Message ?? "",
            message => message.StartsWith("can't be opened: ConditionalWritesUnsupported", StringComparison.Ordinal)
                && message.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_service_loses_although_it_seemed_right_is_put_back_and_several_replicas_stop_writing()
    {
        await using var service = await LyingS3.StartAsync("right");
        await using var proxy = await FaultProxy.StartAsync(service.Endpoint);
        var manifest = BucketManifest.Create(
            service, BucketManifest.NewBucket(), "server: { replicas: 2 }", proxy.Url);
        var wheels = Wheels(40);
        await using (var replicas = await Replicas.StartAsync(manifest, 2))
        {
            proxy.Decide = request => request.Method == "PUT"
                && request.Path.EndsWith("projects/demo.jsonl", StringComparison.Ordinal)
                // Both read the record before either of them writes it.
                ? Fault.Unconditional with { Delay = TimeSpan.FromSeconds(1) }
                : Fault.None;
            var answers = await Task.WhenAll(wheels.Select((wheel, i) => replicas.UploadAsync(i % 2, wheel)));
            var acknowledged = wheels.Where((_, i) => answers[i] is HttpStatusCode.OK).ToList();
            Assert.NotEmpty(acknowledged);
            proxy.Decide = static _ => Fault.None;
            await Eventually.IsAsync("each acknowledged upload is served by both", async () =>
            {
                foreach (var server in replicas.All)
                {
                    var page = await ProjectPage.ReadAsync(server, BucketManifest.Team, "demo");
                    if (!acknowledged.TrueForAll(wheel => page?.Find(wheel.FileName) is not null))
                        return false;
                }
                return true;
            });
            foreach (var server in replicas.All)
            {
                await Eventually.IsAsync(
                    "the status says so", async () => (await ReadAsync(server)).Storage is
                    {
                        ConditionalWrites: false,
                        Code: "ConditionalWritesUnsupported",
                    });
            }
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable, await replicas.UploadAsync(0, TestWheel.Create("demo", "99.0")));
        }
        // It is known after a restart, too, although nothing is wrong with the service now.
        await using var alone = await PyRepoServer.StartAsync(
            manifest.Replace(", server: { replicas: 2 }", "", StringComparison.Ordinal));
        Assert.False((await ReadAsync(alone)).Storage!.ConditionalWrites);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(alone, TestWheel.Create("demo", "99.0")));
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("race")]
    [InlineData("lock")]
    public async Task Backups_are_made_in_a_bucket_without_conditions_or_with_object_lock(string mode)
    {
        await using var service = await LyingS3.StartAsync(mode);
        var bucket = $"name: {S3Service.NewName()}, create: true, endpoint: \"{service.Endpoint}\"";
        await using var server = await PyRepoServer.StartAsync(Serving.Manifest.All(
            BucketManifest.Keys(service),
            Serving.Manifest.Create(BucketManifest.Team, $$"""
                { backup: { schedule: "0 3 * * *", to: { bucket: { {{bucket}}, region: us-east-1, credentialsSecretRef: { name: s3 } } } } }
                """)));
        await Eventually.IsAsync("the first backup", async () =>
        {
            using var answer = await server.Http.GetAsync(new Uri(server.Management, "status"));
            using var status = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
            return status.RootElement.GetProperty("repositories")[0].TryGetProperty("backup", out var backup)
                && backup.ValueKind is JsonValueKind.Object && backup.GetProperty("count").GetInt32() == 1;
        });
    }

    [Fact]
    public async Task A_bucket_that_somebody_emptied_is_no_new_repository()
    {
        await using var service = await LyingS3.StartAsync("right");
        var bucket = S3Service.NewName();
        await using var server = await PyRepoServer.StartAsync(
            BucketManifest.Create(service, $"name: {bucket}, create: true"));
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, TestWheel.Create("demo", "1.0")));
        await Eventually.IsAsync("the lease says that the bucket is used", async () =>
            Encoding.UTF8.GetString(await service.ReadAsync(bucket, "leases/replicas.json"))
                .Contains("\"used\":true", StringComparison.Ordinal));
        foreach (var key in await service.ListAsync(bucket))
        {
            if (!key.StartsWith("leases/", StringComparison.Ordinal))
                await service.DeleteAsync(bucket, key);
        }
        await Eventually.IsAsync("the running server says so", async () =>
            (await ReadAsync(server)).Message?.Contains("format.json is gone", StringComparison.Ordinal) is true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.StatusOfAsync("team/simple/"));
        await server.KillAsync();
        await server.LaunchAsync();
        await Eventually.IsAsync("a new process says so", async () =>
            (await ReadAsync(server)).Message?.Contains("format.json is gone", StringComparison.Ordinal) is true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.StatusOfAsync("team/simple/"));
    }

    [Theory]
    [InlineData("projects/")]
    [InlineData("projects/", "packages/")]
    public async Task A_bucket_that_lost_its_records_is_no_new_repository(params string[] folders)
    {
        await using var service = await LyingS3.StartAsync("right");
        var bucket = S3Service.NewName();
        await using var server = await PyRepoServer.StartAsync(
            BucketManifest.Create(service, $"name: {bucket}, create: true"));
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, TestWheel.Create("demo", "1.0")));
        await Eventually.IsAsync("the lease says that there are records", async () =>
            Encoding.UTF8.GetString(await service.ReadAsync(bucket, "leases/replicas.json"))
                .Contains("\"hasRecords\":true", StringComparison.Ordinal));
        await server.KillAsync();
        foreach (var key in await service.ListAsync(bucket))
        {
            if (folders.Any(folder => key.StartsWith(folder, StringComparison.Ordinal)))
                await service.DeleteAsync(bucket, key);
        }
        await server.LaunchAsync();
        await Eventually.IsAsync("a new process says so", async () =>
            (await ReadAsync(server)).Message?.Contains("all records of projects are gone", StringComparison.Ordinal)
            is true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.StatusOfAsync("team/simple/"));
    }

    static List<TestWheel> Wheels(int count) =>
        [.. Enumerable.Range(1, count).Select(i => TestWheel.Create("demo", $"{i}.0", seed: i))];

    static Task<HttpStatusCode> UploadAsync(PyRepoServer server, TestWheel wheel) =>
        server.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher);

    static async Task<ServedStatus> ReadAsync(PyRepoServer server) =>
        (await ServerStatus.ReadAsync(server))[BucketManifest.Team];
}
