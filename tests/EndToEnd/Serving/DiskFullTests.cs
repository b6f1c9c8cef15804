using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace EndToEnd.Serving;

/// <summary>A full disk stops uploads, and nothing else; once there is room again, they go on.</summary>
public sealed class DiskFullTests
{
    [MountingFact]
    public async Task An_upload_without_disk_space_is_rejected_and_leaves_nothing_behind()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        await UploadAsync(server, TestWheel.Create("kept", "1.0"), HttpStatusCode.OK);
        var before = FolderTree.From(server.GetFolder("team"));

        var large = TestWheel.Create("large", "1.0", payload: 6 << 20);
        var rejection = await Rejection.OfAsync(server, "team", UploadParts.From(large));
        rejection.MustBe(HttpStatusCode.InsufficientStorage, "no space");
        Assert.Equal(before, FolderTree.From(server.GetFolder("team")));

        await IsServedAsync(server, "kept");
        Assert.Null(await ProjectPage.ReadAsync(server, "team", "large"));
        await UploadAsync(server, TestWheel.Create("small", "1.0"), HttpStatusCode.OK);
    }

    [MountingFact]
    public async Task A_server_that_starts_on_a_full_disk_after_a_crash_serves_what_it_has()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        await UploadAsync(server, TestWheel.Create("kept", "1.0"), HttpStatusCode.OK);
        await server.StopAsync();
        await File.AppendAllTextAsync(
            Path.Combine(server.GetFolder("team"), "projects", "kept.jsonl"), "{\"event\":\"ad");
        disk.FillExcept(0);
        await server.StartAgainAsync();
        await IsServedAsync(server, "kept");
        await UploadAsync(server, TestWheel.Create("kept", "2.0"), HttpStatusCode.InsufficientStorage);

        disk.Free();
        await UploadAsync(server, TestWheel.Create("kept", "2.0"), HttpStatusCode.OK);
        await IsServedAsync(server, "kept");
    }

    [MountingFact]
    public async Task After_space_was_freed_uploads_work_again()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        await UploadAsync(server, TestWheel.Create("kept", "1.0"), HttpStatusCode.OK);
        disk.FillExcept(0);
        var before = FolderTree.From(server.GetFolder("team"));
        foreach (var project in (string[])["kept", "new"])
        {
            await UploadAsync(server, TestWheel.Create(project, "2.0"), HttpStatusCode.InsufficientStorage);
            Assert.Equal(before, FolderTree.From(server.GetFolder("team")));
        }
        await IsServedAsync(server, "kept");
        Assert.True(await server.IsReadyAsync());

        disk.Free();
        foreach (var project in (string[])["kept", "new"])
        {
            await UploadAsync(server, TestWheel.Create(project, "2.0"), HttpStatusCode.OK);
            await IsServedAsync(server, project);
        }
    }

    [MountingFact]
    public async Task An_upload_without_disk_space_for_its_event_is_rejected_and_its_bytes_are_removed()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        await UploadAsync(server, TestWheel.Create("kept", "1.0"), HttpStatusCode.OK);
        var before = FolderTree.From(server.GetFolder("team"));
        // The bytes fit exactly; the record of the new project would need one page more.
        var wheel = TestWheel.Create("new", "1.0", payload: 100_000);
        disk.FillExcept(SmallDisk.GetPages(wheel.Bytes.Length));
        await UploadAsync(server, wheel, HttpStatusCode.InsufficientStorage);
        Assert.Null(await ProjectPage.ReadAsync(server, "team", "new"));
        await IsServedAsync(server, "kept");
        disk.Free();
        Assert.Equal(before, FolderTree.From(server.GetFolder("team")));

        await UploadAsync(server, wheel, HttpStatusCode.OK);
        await IsServedAsync(server, "new");
        await server.KillAsync();
        await server.StartAgainAsync();
        await IsServedAsync(server, "kept");
        await IsServedAsync(server, "new");
    }

    [MountingFact]
    public async Task An_upload_on_a_nearly_full_disk_succeeds_or_leaves_nothing_behind()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server, entries: 200);
        await UploadAsync(server, TestWheel.Create("kept", "1.0"), HttpStatusCode.OK);
        var statuses = new List<HttpStatusCode>();
        for (var free = 0; statuses.LastOrDefault() != HttpStatusCode.OK; free++)
        {
            disk.MakeFilesExcept(free);
            var before = FolderTree.From(server.GetFolder("team"));
            using var answer = await TwineForm.SendAsync(
                server, "team", UploadParts.From(TestWheel.Create("new", "1.0")).ToContent());
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode != HttpStatusCode.OK)
                Assert.Equal(before, FolderTree.From(server.GetFolder("team")));
            await IsServedAsync(server, "kept");
        }
        Assert.True(statuses.Count > 2);
        Assert.All(statuses.SkipLast(1), status => Assert.Equal(HttpStatusCode.InsufficientStorage, status));
        await IsServedAsync(server, "new");
    }

    [MountingFact]
    public async Task A_deletion_without_disk_space_for_its_event_deletes_nothing()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        // Events are some hundred bytes each: this record ends a little before its page does.
        var wheels = Enumerable.Range(1, 60).Select(i => TestWheel.Create("kept", $"1.{i}")).ToList();
        foreach (var wheel in wheels)
            await UploadAsync(server, wheel, HttpStatusCode.OK);
        disk.FillExcept(0);
        var answered = HttpStatusCode.NoContent;
        foreach (var wheel in wheels)
        {
            var url = new Uri(server.GetUrl("team"), $"api/v1/projects/kept/files/{wheel.FileName}");
            using var request = new HttpRequestMessage(HttpMethod.Delete, url);
            request.Headers.Authorization = TwineForm.Publisher(server, "team");
            using var answer = await server.Http.SendAsync(request);
            answered = answer.StatusCode;
            var listed = (await ProjectPage.ReadAsync(server, "team", "kept"))!.Find(wheel.FileName);
            Assert.Equal(answered == HttpStatusCode.NoContent, listed is null);
            disk.Free();
            disk.FillExcept(0);
            if (answered != HttpStatusCode.NoContent)
                break;
        }
        Assert.Equal(HttpStatusCode.InsufficientStorage, answered);
        await IsServedAsync(server, "kept");
    }

    [MountingFact]
    public async Task A_purge_makes_room_for_its_event()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        // Some of the events of sixty deletions need another page of the disk.
        var wheels = Enumerable.Range(1, 60).Select(i => TestWheel.Create("kept", $"1.{i}", 10_000, i)).ToList();
        foreach (var wheel in wheels)
            await UploadAsync(server, wheel, HttpStatusCode.OK);
        foreach (var wheel in wheels.SkipLast(1))
        {
            disk.Free();
            disk.FillExcept(0);
            var url = new Uri(server.GetUrl("team"), $"api/v1/projects/kept/files/{wheel.FileName}?purge=true");
            using var request = new HttpRequestMessage(HttpMethod.Delete, url);
            request.Headers.Authorization = TwineForm.Publisher(server, "team");
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Null((await ProjectPage.ReadAsync(server, "team", "kept"))!.Find(wheel.FileName));
        }
        Assert.True(await server.ServesAsync("team", wheels[^1]));
    }

    [MountingFact]
    public async Task Tokens_can_be_revoked_permanently_on_a_full_disk()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        var tokens = new List<(string Id, string Token)>();
        for (var i = 0; i < 3; i++)
            tokens.Add(await MakeTokenAsync(server));
        Assert.Equal(HttpStatusCode.Forbidden, await AskWithAsync(server, tokens[0].Token));
        disk.FillExcept(0);
        foreach (var (id, token) in tokens.Take(2))
        {
            Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(server, id));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskWithAsync(server, token));
            Assert.Equal(HttpStatusCode.NotFound, await RevokeAsync(server, id));
        }
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskWithAsync(server, tokens[0].Token));
        Assert.Equal(HttpStatusCode.Forbidden, await AskWithAsync(server, tokens[2].Token));

        disk.Free();
        var later = await MakeTokenAsync(server);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskWithAsync(server, tokens[0].Token));
        Assert.Equal(HttpStatusCode.Forbidden, await AskWithAsync(server, later.Token));
    }

    [MountingFact]
    public async Task An_import_without_disk_space_says_so_in_one_sentence()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var disk = await PutOnSmallDiskAsync(server);
        await server.StopAsync();
        disk.FillExcept(10);
        using var folder = new TemporaryFolder();
        var wheel = TestWheel.Create("large", "1.0", payload: 100_000);
        await File.WriteAllBytesAsync(folder.At(wheel.FileName), wheel.Bytes);
        var import = await PyRepoProgram.RunAsync(
            "import", folder.Path, "--into", "team", "-f", server.ManifestFile, "--data", server.Data);
        Assert.Equal(1, import.ExitCode);
        Assert.Contains("There is no room left on the disk.", import.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", import.Error, StringComparison.Ordinal);
        await server.StartAgainAsync();
    }

    static async Task<SmallDisk> PutOnSmallDiskAsync(PyRepoServer server, int entries = 10_000)
    {
        await server.StopAsync();
        var disk = await SmallDisk.MountAsync(server.GetFolder("team"), 5 << 20, entries);
        await server.StartAgainAsync();
        return disk;
    }

    static async Task UploadAsync(PyRepoServer server, TestWheel wheel, HttpStatusCode status)
    {
        using var answer = await TwineForm.SendAsync(server, "team", UploadParts.From(wheel).ToContent());
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    static async Task<(string Id, string Token)> MakeTokenAsync(PyRepoServer server)
    {
        using var request = TokensRequest(server, HttpMethod.Post, "", TwineForm.Publisher(server, "team"));
        request.Content = new StringContent("""{"role":"Maintainer"}""", null, "application/json");
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (made.RootElement.GetProperty("id").GetString()!, made.RootElement.GetProperty("token").GetString()!);
    }

    static Task<HttpStatusCode> RevokeAsync(PyRepoServer server, string id) =>
        StatusAsync(server, TokensRequest(server, HttpMethod.Delete, $"/{id}", TwineForm.Publisher(server, "team")));

    /// <summary>Asks for what no token may do: 403 if it is valid, else 401.</summary>
    static Task<HttpStatusCode> AskWithAsync(PyRepoServer server, string token) =>
        StatusAsync(server, TokensRequest(server, HttpMethod.Get, "", TwineForm.Basic("__token__", token)));

    static HttpRequestMessage TokensRequest(
        PyRepoServer server, HttpMethod method, string path, AuthenticationHeaderValue credentials)
    {
        var request = new HttpRequestMessage(method, new Uri(server.GetUrl("team"), $"api/v1/tokens{path}"));
        request.Headers.Authorization = credentials;
        return request;
    }

    static async Task<HttpStatusCode> StatusAsync(PyRepoServer server, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await server.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    static async Task IsServedAsync(PyRepoServer server, string project)
    {
        var page = await ProjectPage.ReadAsync(server, "team", project);
        foreach (var file in page!.Files)
        {
            using var answer = await server.Http.GetAsync(file.Url);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(file.Size, (await answer.Content.ReadAsByteArrayAsync()).Length);
        }
    }
}
