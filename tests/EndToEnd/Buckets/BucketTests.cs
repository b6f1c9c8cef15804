using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>One server on a bucket does what it does on a folder.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class BucketTests(Minio minio)
{
    /// <summary>The memory that a server may have taken after a file of many times that size, in MiB.</summary>
    const int MaxMemory = 200;

    [Fact]
    public async Task Twine_and_uv_upload_and_pip_and_uv_install()
    {
        await using var replicas = await StartAsync();
        foreach (var client in (string[])["twine", "uv"])
        {
            await new LargeWheel(replicas[0].GetUrl("team"), "publisher", "correct-horse")
                .RoundTripAsync(client, 20 << 20);
        }
    }

    [Fact]
    public async Task The_sample_is_served_on_a_MinIO()
    {
        var sample = await File.ReadAllTextAsync(SourceTree.At("config", "samples", "minio", "bucket.yaml"));
        await using var server = await PyRepoServer.StartAsync(sample
            .Replace("http://127.0.0.1:9000", minio.Endpoint.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("AWS_ACCESS_KEY_ID: pyrepo", $"AWS_ACCESS_KEY_ID: {minio.AccessKeyId}", StringComparison.Ordinal)
            .Replace("only-on-this-machine", minio.SecretAccessKey, StringComparison.Ordinal));
        await server.MustTakeAsync("team-in-a-bucket", TestWheel.Create("demo", "1.0"));
    }

    [Fact]
    public async Task A_file_of_400_MiB_is_uploaded_and_downloaded_in_flat_memory()
    {
        await using var replicas = await StartAsync();
        var wheel = TestWheel.Create("large", "1.0", 400 << 20);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        Assert.True(await replicas[0].ServesAsync("team", wheel));
        var peak = File.ReadLines($"/proc/{replicas[0].ProcessId}/status").First(
            line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var mebibytes = long.Parse(
            peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) >> 10;
        Assert.True(mebibytes < MaxMemory, $"{mebibytes} MiB");
    }

    [Fact]
    public async Task After_a_kill_acknowledged_uploads_are_there()
    {
        await using var replicas = await StartAsync();
        var acknowledged = new List<TestWheel>();
        for (var round = 0; round < 10; round++)
        {
            var uploads = Enumerable.Range(0, 8).Select(async i =>
            {
                var wheel = TestWheel.Create($"demo-{i % 2}", $"{round}.{i}", seed: (round * 8) + i);
                try
                {
                    return await replicas.UploadAsync(0, wheel) is HttpStatusCode.OK ? wheel : null;
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            }).ToList();
            await Task.WhenAny(uploads);
            await replicas[0].KillAsync();
            acknowledged.AddRange((await Task.WhenAll(uploads)).OfType<TestWheel>());
            await replicas[0].StartAgainAsync();
        }
        Assert.NotEmpty(acknowledged);
        foreach (var wheel in acknowledged)
            Assert.True(await replicas[0].ServesAsync("team", wheel), wheel.FileName);
    }

    [Fact]
    public async Task A_file_that_another_tool_puts_into_the_bucket_is_served_and_one_that_it_removes_is_not()
    {
        var bucket = S3Service.NewName();
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, $"name: {bucket}, create: true, prefix: some/where"), 2);
        var wheel = TestWheel.Create("demo", "1.0");
        var key = $"some/where/packages/from/elsewhere/{wheel.FileName}";
        await minio.PutAsync(bucket, key, wheel.Bytes);
        await Eventually.IsAsync("both serve it", async () =>
            await replicas[0].ServesAsync("team", wheel) && await replicas[1].ServesAsync("team", wheel));
        await minio.DeleteAsync(bucket, key);
        await Eventually.IsAsync("nobody lists it", async () =>
            (await ProjectPage.ReadAsync(replicas[1], "team", "demo"))!.Files.Count == 0);
    }

    [Fact]
    public async Task Downloads_are_redirected_to_the_bucket_if_the_resource_says_so()
    {
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, $"{BucketManifest.NewBucket()}, downloads: Redirect"), 1);
        var wheel = TestWheel.Create("demo", "1.0", 100_000);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        var page = await ProjectPage.ReadAsync(replicas[0], "team", "demo");
        var url = page!.Find(wheel.FileName)!.Url;
        using (var answer = await replicas[0].Http.GetAsync(url))
        {
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.Equal(minio.Endpoint.Port, answer.Headers.Location!.Port);
            Assert.True(answer.Headers.CacheControl!.MaxAge <= TimeSpan.FromMinutes(5));
        }
        using (var head = await replicas[0].Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url)))
        {
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(wheel.Bytes.Length, head.Content.Headers.ContentLength);
        }
        using var following = new HttpClient();
        Assert.Equal(wheel.Bytes, await following.GetByteArrayAsync(url));
        using var range = new HttpRequestMessage(HttpMethod.Get, url);
        range.Headers.Range = new RangeHeaderValue(10, 19);
        using var part = await following.SendAsync(range);
        Assert.Equal(wheel.Bytes[10..20], await part.Content.ReadAsByteArrayAsync());
        using var home = new ClientHome();
        var index = replicas[0].IndexOf("team").AbsoluteUri;
        (await home.RunAsync("pip", "install", "--no-cache-dir", "--no-compile", "--index-url", index, "--target",
            home.New("pip"), "demo")).MustSucceed();
        (await home.RunAsync("uv", "pip", "install", "--no-cache", "--python", "/usr/bin/python3", "--default-index",
            index, "--target", home.New("uv"), "demo")).MustSucceed();
    }

    [Fact]
    public async Task Create_does_not_take_over_an_existing_bucket_that_is_not_empty()
    {
        var bucket = S3Service.NewName();
        await using (await Replicas.StartAsync(BucketManifest.Create(minio, $"name: {bucket}, create: true"), 1))
            await minio.PutAsync(bucket, "holiday.jpg", [1, 2, 3]);
        await using var other = await PyRepoServer.LaunchOnAsync(
            BucketManifest.Create(minio, $"name: {bucket}, prefix: other, create: true"), static _ => { });
        await Eventually.IsAsync("the status says why", () => MessageAsync(other),
            message => message.Contains("BucketNotEmpty", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bucket_of_another_repository_is_refused()
    {
        var bucket = S3Service.NewName();
        await using (await Replicas.StartAsync(BucketManifest.Create(minio, $"name: {bucket}, create: true"), 1))
        {
        }
        var manifest = Serving.Manifest.All(
            BucketManifest.Create(minio, $"name: {bucket}", name: "other"), Serving.Manifest.Create("team"));
        await using var other = await PyRepoServer.LaunchOnAsync(manifest, static _ => { });
        await Eventually.IsAsync(
            "the status says whose it is", async () => (await ServerStatus.ReadAsync(other))["other"].Message ?? "",
            message => message.Contains("it belongs to the PythonRepository 'team'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_key_is_named_with_the_services_code_and_the_right_one_is_taken_up_without_a_restart()
    {
        var right = BucketManifest.Create(minio, BucketManifest.NewBucket());
        var wrong = right.Replace(minio.SecretAccessKey, "not-the-secret", StringComparison.Ordinal);
        await using var server = await PyRepoServer.LaunchOnAsync(wrong, static _ => { });
        await Eventually.IsAsync("the status names the code", () => MessageAsync(server),
            message => message.Contains("SignatureDoesNotMatch", StringComparison.Ordinal));
        Assert.DoesNotContain("not-the-secret", server.LogText(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(server.ManifestFile, right);
        await Eventually.IsAsync("the server is ready", server.IsReadyAsync);
    }

    static async Task<string> MessageAsync(PyRepoServer server) =>
        (await ServerStatus.ReadAsync(server))[BucketManifest.Team].Message ?? "";

    Task<Replicas> StartAsync() => Replicas.StartAsync(BucketManifest.Create(minio, BucketManifest.NewBucket()), 1);
}
