using System.Net;
using System.Text.Json;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>A repository in a folder is backed up to MinIO while it serves, and restored from there.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class BackupTests(Minio minio)
{
    const string Team = BucketManifest.Team;

    /// <summary>How often the server is killed in a backup, and as often in a restoration.</summary>
    const int Kills = 10;

    readonly string _bucket = S3Service.NewName();

    [Fact]
    public async Task A_repository_is_restored_with_its_bytes_times_yanks_and_deletions()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest("{}"));
        await Eventually.IsAsync("the first backup", async () => (await BackupAsync(server)).Count == 1);
        TestWheel[] wheels =
        [
            TestWheel.Create("demo", "1.0"), TestWheel.Create("demo", "2.0"), TestWheel.Create("other", "1.0"),
            TestWheel.Create("large", "1.0", payload: 20 << 20),
        ];
        foreach (var wheel in wheels)
            await TakeAsync(server, wheel);
        await ChangeAsync(server, HttpMethod.Put, "api/v1/projects/demo/releases/1.0/yank");
        await ChangeAsync(server, HttpMethod.Delete, "api/v1/projects/other/releases/1.0");
        var second = await RequestAsync(server, "second");
        Assert.Equal((2, 4L), (second.Count, second.Files));
        // Nothing has changed, so nothing is added.
        Assert.Equal(3, (await RequestAsync(server, "third")).Count);
        await Eventually.IsAsync("a backup was read back", async () => (await BackupAsync(server)).Verified);

        await using var restored = await PyRepoServer.StartAsync(Manifest(Restored(), isBackedUp: false));
        Assert.Equal(await PagesAsync(server, "demo", "large"), await PagesAsync(restored, "demo", "large"));
        foreach (var wheel in wheels.Where(wheel => wheel.Project != "other"))
            Assert.True(await restored.ServesAsync(Team, wheel), wheel.FileName);
        await ChangeAsync(restored, HttpMethod.Post, "api/v1/projects/other/releases/1.0/restoration");
        Assert.True(await restored.ServesAsync(Team, wheels[2]));
        // It is filled once: what comes later is its own.
        await TakeAsync(restored, TestWheel.Create("own", "1.0"));
        Assert.Equal(0, await restored.StopAsync());
        await restored.StartAgainAsync();
        Assert.True(await restored.ServesAsync(Team, TestWheel.Create("own", "1.0")));
    }

    [Fact]
    public async Task A_folder_with_a_repository_is_not_filled_and_the_server_says_what_to_do()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest("{}"));
        await TakeAsync(server, TestWheel.Create("demo", "1.0"));
        await RequestAsync(server, "one");
        await File.WriteAllTextAsync(server.ManifestFile, Manifest(Restored(), isBackedUp: false));
        await server.KillAsync();
        await server.LaunchAsync();
        await Eventually.IsAsync("it is refused", async () => (await RepositoryAsync(server))
            .GetProperty("message").GetString()!.Contains("remove spec.storage.restoreFrom", StringComparison.Ordinal));
        Assert.False(await server.IsReadyAsync());
    }

    [Fact]
    public async Task A_server_that_is_killed_in_backups_and_restorations_goes_on_and_loses_nothing()
    {
        var random = new Random(4711);
        TestWheel[] wheels = [.. Enumerable.Range(0, 60).Select(number =>
            TestWheel.Create($"p{number % 12}", $"1.{number}", payload: 400_000, seed: number))];
        await using var server = await PyRepoServer.StartAsync(Manifest("{}", isBackedUp: false));
        foreach (var wheel in wheels)
            await TakeAsync(server, wheel);
        await File.WriteAllTextAsync(server.ManifestFile, Manifest("{}"));
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillSoonAsync(server, random);
            await server.StartAgainAsync();
        }
        await Eventually.IsAsync("a backup", async () => (await BackupAsync(server)) is { Count: > 0, Files: 60 });
        await Eventually.IsAsync("it was read back", async () => (await BackupAsync(server)).Verified);

        await using var restored = await PyRepoServer.LaunchOnAsync(Manifest(Restored(), isBackedUp: false), _ => { });
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillSoonAsync(restored, random);
            await restored.LaunchAsync();
        }
        await Eventually.IsAsync("it is restored", restored.IsReadyAsync);
        foreach (var wheel in wheels)
            Assert.True(await restored.ServesAsync(Team, wheel), wheel.FileName);
    }

    /// <summary>The moment of the kill is the point of the test, not a wait for anything.</summary>
    static async Task KillSoonAsync(PyRepoServer server, Random random)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 700)));
        await server.KillAsync();
    }

    /// <summary>The spec of a repository in a folder that is filled from the newest backup.</summary>
    string Restored() => $$"""{ restoreFrom: { bucket: {{Bucket()}} } }""";

    string Bucket(string fields = "") => $$"""{ {{fields}}name: {{_bucket}}, endpoint: "{{minio.Endpoint}}", region: """
        + $$"""{{minio.Region}}, credentialsSecretRef: { name: s3 } }""";

    string Backup() =>
        $$"""backup: { schedule: "0 0 1 1 *", keep: 3, to: { bucket: {{Bucket("create: true, ")}} } }""";

    string Manifest(string storage, bool isBackedUp = true, string? request = null) => Serving.Manifest.All(
        BucketManifest.Keys(minio), Serving.Manifest.User("users", "publisher", "correct-horse"), $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata:
          name: {{Team}}
          annotations: { {{(request is null ? "" : $"pyrepo.dev/backup: {request}")}} }
        spec:
          storage: {{storage}}
          access: { usersSecretRef: { name: users } }
          {{(isBackedUp ? Backup() : "")}}

        """);

    /// <summary>Asks for a backup, and returns what there is when it was made.</summary>
    async Task<(int Count, long Files, bool Verified)> RequestAsync(PyRepoServer server, string request)
    {
        var before = (await BackupAsync(server)).Count;
        await File.WriteAllTextAsync(server.ManifestFile, Manifest("{}", request: request));
        await Eventually.IsAsync("a new backup", async () => (await BackupAsync(server)).Count > before);
        return await BackupAsync(server);
    }

    static async Task<(int Count, long Files, bool Verified)> BackupAsync(PyRepoServer server) =>
        (await RepositoryAsync(server)).TryGetProperty("backup", out var backup)
            ? (backup.GetProperty("count").GetInt32(), backup.GetProperty("files").GetInt64(),
                backup.TryGetProperty("verified", out _))
            : default;

    static async Task<JsonElement> RepositoryAsync(PyRepoServer server)
    {
        var status = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri(server.Management, "status")));
        return status.RootElement.GetProperty("repositories")[0];
    }

    static async Task TakeAsync(PyRepoServer server, TestWheel wheel) => Assert.Equal(
        HttpStatusCode.OK, await server.UploadStatusAsync(Team, wheel, BucketManifest.Publisher));

    static async Task ChangeAsync(PyRepoServer server, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.GetUrl(Team), path));
        request.Headers.Authorization = BucketManifest.Publisher;
        using var answer = await server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
    }

    /// <summary>The pages as JSON, with upload times, yanks and hashes.</summary>
    static async Task<string> PagesAsync(PyRepoServer server, params IEnumerable<string> projects)
    {
        var pages = new List<string>();
        foreach (var project in projects)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.IndexOf(Team), $"{project}/"));
            request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
            using var answer = await server.Http.SendAsync(request);
            pages.Add(await answer.Content.ReadAsStringAsync());
        }
        return string.Join('\n', pages);
    }
}
