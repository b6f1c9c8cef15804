using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What clients see of several replicas on one bucket.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class ReplicaTests(Minio minio)
{
    /// <summary>How often a file is looked for at once after its upload.</summary>
    const int Uploads = 1000;

    [Fact]
    public async Task Twenty_parallel_uploads_to_one_project_through_three_replicas_are_all_kept()
    {
        await using var replicas = await StartAsync(3);
        var wheels = Enumerable.Range(1, 20).Select(i => TestWheel.Create("demo", $"{i}.0", seed: i)).ToList();
        var answers = await Task.WhenAll(wheels.Select((wheel, i) => replicas.UploadAsync(i % 3, wheel)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        foreach (var server in replicas.All)
        {
            var page = await ProjectPage.ReadAsync(server, BucketManifest.Team, "demo");
            Assert.Equal(
                wheels.Select(w => w.FileName).Order(StringComparer.Ordinal),
                page!.Files.Select(f => f.FileName).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_list_shows_a_change_at_once_where_one_replica_writes_and_holds_it_back_where_two_do()
    {
        var manifest = BucketManifest.Create(minio, BucketManifest.NewBucket());
        await using var first = await PyRepoServer.StartAsync(manifest);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(
            HttpStatusCode.OK, await first.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        await Eventually.IsAsync(
            "the list has the page's serial",
            async () => await SerialAsync(first, "") == await SerialAsync(first, "demo/"));
        await using var second = await PyRepoServer.StartAsync(manifest);
        var before = await SerialAsync(second, "demo/");
        Assert.Equal(HttpStatusCode.OK, await second.UploadStatusAsync(
            BucketManifest.Team, TestWheel.Create("demo", "2.0"), BucketManifest.Publisher));
        var after = await SerialAsync(first, "demo/");
        Assert.True(after > before);
        Assert.Equal(after, await SerialAsync(second, "demo/"));
        foreach (var replica in (PyRepoServer[])[first, second])
            Assert.True((await SerialAsync(replica, "") ?? 0) < after);
    }

    [Fact]
    public async Task A_thousand_uploads_through_one_replica_are_served_immediately_by_another()
    {
        await using var replicas = await StartAsync(2);
        for (var i = 0; i < Uploads; i++)
        {
            // New projects, and new files of known ones.
            var wheel = TestWheel.Create($"demo-{i % 100}", $"{(i / 100) + 1}.0", payload: 10, seed: i);
            Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(i % 2, wheel));
            Assert.True(
                await replicas[(i + 1) % 2].ServesAsync(BucketManifest.Team, wheel), $"Upload {i} is not there.");
        }
        foreach (var server in replicas.All)
            Assert.Equal(100, (await ServerStatus.ReadAsync(server))[BucketManifest.Team].Projects);
    }

    [Fact]
    public async Task A_name_created_by_another_replica_is_never_requested_from_the_public_index()
    {
        await using var publicIndex = await PyRepoServer.StartAsync(Serving.Manifest.Create("public"));
        await publicIndex.MustTakeAsync("public", TestWheel.Create("demo", "99.0"));
        var manifest = Serving.Manifest.All(
            BucketManifest.Create(minio, BucketManifest.NewBucket()),
            $$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: public }
            spec: { upstream: { url: "{{publicIndex.IndexOf("public")}}" } }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team }, { kind: ProxyRepository, name: public } ] }
            """);
        await using var replicas = await Replicas.StartAsync(manifest, 2);
        Assert.Equal(["demo-99.0-py3-none-any.whl"], await FilesAsync(replicas[1], "all"));
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "1.0")));
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await FilesAsync(replicas[1], "all"));
    }

    [Fact]
    public async Task The_files_of_a_project_that_was_quarantined_are_refused_by_another_replica_at_once()
    {
        await using var replicas = await StartAsync(2);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        Assert.True(await replicas[1].ServesAsync(BucketManifest.Team, wheel));
        var file = (await ProjectPage.ReadAsync(replicas[1], BucketManifest.Team, "demo"))!.Find(wheel.FileName)!;
        using var request = new HttpRequestMessage(
            HttpMethod.Put, new Uri(replicas[0].GetUrl(BucketManifest.Team), "api/v1/projects/demo/status"))
        {
            Content = new StringContent("""{"status":"quarantined"}""", null, "application/json"),
        };
        request.Headers.Authorization = BucketManifest.Publisher;
        using var changed = await replicas[0].Http.SendAsync(request);
        Assert.True(changed.IsSuccessStatusCode, changed.ReasonPhrase);
        using var refused = await replicas[1].Http.GetAsync(file.Url);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task A_replica_that_is_alone_serves_pages_without_asking_the_bucket()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: proxy.Url), 1);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "1.0")));
        await FilesAsync(replicas[0], BucketManifest.Team);
        var asked = 0;
        proxy.Decide = request =>
        {
            if (request.Path.Contains("/projects/", StringComparison.Ordinal))
                Interlocked.Increment(ref asked);
            return Fault.None;
        };
        for (var i = 0; i < 50; i++)
            await FilesAsync(replicas[0], BucketManifest.Team);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task While_nobody_writes_replicas_serve_pages_without_comparing_records()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: proxy.Url), 2);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "1.0")));
        var compared = 0;
        proxy.Decide = request =>
        {
            if (request.Path.Contains("/projects/", StringComparison.Ordinal))
                Interlocked.Increment(ref compared);
            return Fault.None;
        };
        await Eventually.IsAsync("nobody writes any more", async () =>
        {
            var before = Volatile.Read(ref compared);
            await FilesAsync(replicas[1], BucketManifest.Team);
            return Volatile.Read(ref compared) == before;
        });
        Interlocked.Exchange(ref compared, 0);
        for (var i = 0; i < 50; i++)
            await FilesAsync(replicas[1], BucketManifest.Team);
        Assert.InRange(compared, 0, 2); // The lists' own look, every 20 seconds, may come in between.

        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "2.0")));
        Assert.Equal(2, (await FilesAsync(replicas[1], BucketManifest.Team)).Count());
    }

    [Fact]
    public async Task A_replica_left_alone_shows_the_latest_uploads_of_another()
    {
        await using var replicas = await StartAsync(2);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "1.0")));
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(1, TestWheel.Create("demo", "2.0")));
        await replicas[1].StopAsync();
        await Eventually.IsAsync("it is alone", async () =>
            !(await replicas[0].Http.GetStringAsync(new Uri(replicas[0].Management, "status")))
                .Contains("\"others\": [\n", StringComparison.Ordinal));
        Assert.Equal(2, (await FilesAsync(replicas[0], BucketManifest.Team)).Count());
    }

    [Fact]
    public async Task A_file_deleted_through_another_replica_is_not_served()
    {
        await using var replicas = await StartAsync(2);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        var url = (await ProjectPage.ReadAsync(replicas[0], BucketManifest.Team, "demo"))!.Find(wheel.FileName)!.Url;
        var metadata = new Uri(url.GetLeftPart(UriPartial.Path) + ".metadata");
        Assert.Equal(HttpStatusCode.OK, (await replicas[0].Http.GetAsync(metadata)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NoContent,
            await replicas[1].DeletionStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await replicas[0].Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await replicas[0].Http.GetAsync(metadata)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await replicas[0].Http.GetAsync(url)).StatusCode);
    }

    /// <summary>The serial of the list, or of a project's page; null if there is none.</summary>
    static async Task<long?> SerialAsync(PyRepoServer server, string page)
    {
        using var answer = await server.Http.GetAsync(new Uri(server.IndexOf(BucketManifest.Team), page));
        return answer.Headers.TryGetValues("X-PyPI-Last-Serial", out var values)
            ? long.Parse(values.Single(), System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    static async Task<IEnumerable<string>> FilesAsync(PyRepoServer server, string repository) =>
        (await ProjectPage.ReadAsync(server, repository, "demo"))!.Files.Select(f => f.FileName);

    Task<Replicas> StartAsync(int count) =>
        Replicas.StartAsync(BucketManifest.Create(minio, BucketManifest.NewBucket()), count);
}
