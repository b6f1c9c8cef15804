using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>A folder's repository becomes a bucket's, and a bucket's data go.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class MovingTests(Minio minio) : IDisposable
{
    const string ReadersOnly = "{ access: { grants: [ { to: [ { anyone: {} } ], role: Reader } ] } }";
    static readonly string[] _formats = ["text/html", "application/vnd.pypi.simple.v1+json"];
    static readonly TestWheel _large = TestWheel.Create("large", "1.0", payload: 40 << 20);
    static readonly TestWheel[] _wheels =
        [TestWheel.Create("demo", "1.0"), TestWheel.Create("demo", "2.0"), TestWheel.Create("other", "1.0"), _large];
    readonly TemporaryFolder _folder = new();
    readonly string _bucket = S3Service.NewName();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_moves_into_a_bucket_while_its_pages_are_served()
    {
        await using var before = await PyRepoServer.StartAsync(Manifest.Create("team"));
        foreach (var wheel in _wheels)
            await before.MustTakeAsync("team", wheel);
        var publisher = TwineForm.Publisher(before, "team");
        await File.WriteAllTextAsync(before.ManifestFile, Manifest.Create("team", ReadersOnly));
        await Eventually.IsAsync("uploads are refused", async () =>
            await before.UploadStatusAsync("team", _wheels[0], publisher) != HttpStatusCode.OK);
        var pages = await PagesAsync(before);

        var bucket = _folder.Write("bucket.yaml", Repository("team"));
        string[] copy =
            ["copy", "--from", before.ManifestFile, "--to", bucket,
                "--from-data", before.Data, "--to-data", _folder.Path];
        (await PyRepoProgram.RunAsync(copy)).MustFail().MustSay("in use by the process").MustSay("--live");
        var copying = PyRepoProgram.RunAsync([.. copy, "--live"]);
        do
            Assert.Equal(pages, await PagesAsync(before));
        while (!copying.IsCompleted);
        (await copying).MustSucceed().MustSay("of 3 projects").MustSay("0 have a problem");
        Assert.Equal(0, await before.StopAsync());
        (await PyRepoProgram.RunAsync(copy)).MustSucceed().MustSay("Copied 0 objects");

        await using var after = await PyRepoServer.StartFromAsync(bucket);
        Assert.Equal(pages, await PagesAsync(after));
        foreach (var wheel in _wheels)
            Assert.True(await after.ServesAsync("team", wheel), wheel.FileName);
        await after.MustTakeAsync("team", TestWheel.Create("demo", "3.0"));
    }

    [Fact]
    public async Task A_bucket_moves_back_into_a_folder()
    {
        var bucket = _folder.Write("bucket.yaml", Repository("team"));
        await using (var before = await PyRepoServer.StartFromAsync(bucket))
        {
            foreach (var wheel in _wheels)
                await before.MustTakeAsync("team", wheel);
            await before.StopAsync();
        }
        var folder = _folder.Write("folder.yaml", Manifest.Create("ours"));
        (await PyRepoProgram.RunAsync(
            "copy", "--from", bucket, "--to", folder, "--to-data", _folder.At("data"), "--from-data", _folder.Path))
            .MustSucceed();
        await using var after = await PyRepoServer.LaunchOnAsync(
            Manifest.Create("ours"), data => Directory.Move(_folder.At("data", "ours"), Path.Combine(data, "ours")));
        await Eventually.IsAsync("the server is ready", after.IsReadyAsync);
        foreach (var wheel in _wheels)
            Assert.True(await after.ServesAsync("ours", wheel), wheel.FileName);
    }

    [Fact]
    public async Task A_bucket_is_erased_only_by_its_owner_and_only_on_confirmation()
    {
        var bucket = _folder.Write("bucket.yaml", Repository("team"));
        var others = _folder.Write("others.yaml", Repository("others"));
        await using (var server = await PyRepoServer.StartFromAsync(bucket))
        {
            await server.MustTakeAsync("team", _wheels[0]);
            await server.StopAsync();
        }
        (await EraseAsync(others, "others", "--yes")).MustFail().MustSay("belongs to the PythonRepository 'team'");
        Assert.Equal(2, (await EraseAsync(bucket, "team")).MustSay("--yes").ExitCode);
        Assert.True(await minio.HasAsync(_bucket));

        (await EraseAsync(bucket, "team", "--yes")).MustSucceed().MustSay("and the bucket");
        Assert.False(await minio.HasAsync(_bucket));
        (await EraseAsync(bucket, "team", "--yes")).MustSucceed();
    }

    [Fact]
    public async Task A_folder_is_not_erased() => Assert.Equal(2,
        (await EraseAsync(_folder.Write("folder.yaml", Manifest.Create("team")), "team", "--yes"))
            .MustSay("delete the folder").ExitCode);

    [Fact]
    public async Task In_a_cluster_there_is_no_prompt_and_an_error_has_its_code()
    {
        _folder.Folder("mounted");
        _folder.Write("mounted/resource.yaml", """
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team, namespace: packages, uid: 1b1e0c6e-0000-4000-8000-000000000000, generation: 1 }
            spec:
              storage:
                bucket: { name: packages, endpoint: "http://127.0.0.1:1", credentialsSecretRef: { name: bucket-keys } }
            """);
        (await EraseAsync(_folder.At("mounted"), "team"))
            .MustFail().MustNotSay("--yes").MustSay("team in packages is not erased: ");
    }

    /// <summary>A repository in the bucket, whose password the server generates.</summary>
    string Repository(string name) => Manifest.All(
        BucketManifest.Keys(minio),
        Manifest.Create(name, $$"""
            { storage: { bucket: { name: {{_bucket}}, create: true, endpoint: "{{minio.Endpoint}}", credentialsSecretRef: { name: s3 } } } }
            """));

    Task<ProgramResult> EraseAsync(string manifest, string name, params string[] options) =>
        PyRepoProgram.RunAsync(["erase", "-f", manifest, "--root", name, "--data", _folder.At("scratch"), .. options]);

    /// <summary>The list of projects and the page of each, in each format, byte for byte.</summary>
    static async Task<List<string>> PagesAsync(PyRepoServer server)
    {
        var pages = new List<string>();
        foreach (var project in (string[])["", .. _wheels.Select(w => $"{w.Project}/").Distinct()])
        {
            foreach (var format in _formats)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.IndexOf("team"), project));
                request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(format));
                using var answer = await server.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                pages.Add(await answer.Content.ReadAsStringAsync());
            }
        }
        return pages;
    }
}
