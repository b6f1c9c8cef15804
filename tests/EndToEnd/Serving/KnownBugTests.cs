using System.Net;
using System.Text.Json;

namespace EndToEnd.Serving;

/// <summary>Bugs that other index servers had.</summary>
public sealed class KnownBugTests(KnownBugsServer fixture) : IClassFixture<KnownBugsServer>
{
    PyRepoServer Server => fixture.Server;

    [Fact]
    public async Task Two_hundred_readers_of_one_byte_per_second_do_not_block_pages()
    {
        var wheel = TestWheel.Create("large", "1.0", payload: 20 << 20);
        await Server.MustTakeAsync("team", wheel);
        var readers = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var reader = await RawConnection.OpenAsync(Server, receiveBuffer: 4096);
                readers.Add(reader);
                await reader.SendHeadAsync(
                    $"GET /team/packages/large/{wheel.FileName} HTTP/1.1", $"Host: {Server.Url.Authority}");
            }
            foreach (var reader in readers)
                await reader.WaitForBytesAsync();
            using var stop = new CancellationTokenSource();
            var reading = Task.WhenAll(readers.Select(r => ReadSlowlyAsync(r, stop.Token)));
            for (var i = 0; i < 200; i++)
                Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync("team/simple/large/"));
            var other = TestWheel.Create("quick", "1.0");
            await Server.MustTakeAsync("team", other);
            Assert.True(await Server.ServesAsync("team", other));
            Assert.True(await Server.ServesAsync("team", wheel));
            await stop.CancelAsync();
            await reading;
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_hundred_stalled_uploads_do_not_block_pages_and_uploads()
    {
        var body = UploadParts.From(TestWheel.Create("slow", "1.0", payload: 100_000)).ToArray();
        var uploads = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var upload = await RawConnection.OpenAsync(Server);
                uploads.Add(upload);
                await upload.SendUploadHeadAsync(Server, "team", body.Length);
                await upload.SendAsync(body.AsMemory(0, body.Length / 2));
            }
            await Eventually.IsAsync(
                "all are on their way",
                () => Task.FromResult(FolderTree.Staged(Server.GetFolder("team")).Count >= 200));
            var wheel = TestWheel.Create("overtaking", "1.0");
            await Server.MustTakeAsync("team", wheel);
            Assert.True(await Server.ServesAsync("team", wheel));
        }
        finally
        {
            foreach (var upload in uploads)
                await upload.DisposeAsync();
        }
        await Eventually.IsAsync(
            "nothing is left", () => Task.FromResult(FolderTree.Staged(Server.GetFolder("team")).Count == 0));
        Assert.Null(await ProjectPage.ReadAsync(Server, "team", "slow"));
    }

    [Fact]
    public async Task All_forms_of_a_page_change_together()
    {
        for (var i = 0; i < 5; i++)
        {
            var wheel = TestWheel.Create("forms", $"1.{i}");
            await Server.MustTakeAsync("team", wheel);
            foreach (var accept in (string[])["application/vnd.pypi.simple.v1+json",
                "application/vnd.pypi.simple.v1+html", "text/html"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.IndexOf("team"), "forms/"));
                request.Headers.TryAddWithoutValidation("Accept", accept);
                using var answer = await Server.Http.SendAsync(request);
                Assert.Contains(wheel.Sha256, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_hidden_file_cannot_be_reached_by_any_other_URL()
    {
        var wheel = TestWheel.Create("hidden", "1.0");
        await Server.MustTakeAsync("team", wheel);
        Assert.Equal(
            HttpStatusCode.NoContent, await Server.DeletionStatusAsync(
                "team", wheel, TwineForm.Publisher(Server, "team")));
        foreach (var path in (string[])[wheel.FileName, $"{wheel.Sha256[..16]}/{wheel.FileName}"])
        {
            foreach (var suffix in (string[])["", ".metadata"])
            {
                Assert.Equal(
                    HttpStatusCode.NotFound, await Server.StatusOfAsync($"team/packages/hidden/{path}{suffix}"));
                using var part = new HttpRequestMessage(
                    HttpMethod.Get, new Uri(Server.GetUrl("team"), $"packages/hidden/{path}{suffix}"));
                part.Headers.TryAddWithoutValidation("Range", "bytes=0-9");
                using var answer = await Server.Http.SendAsync(part);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
        }
    }

    [Fact]
    public async Task A_name_means_the_same_in_pages_files_and_the_JSON_API_however_it_is_spelled()
    {
        var wheel = TestWheel.Create("Some-Name", "1.0");
        await Server.MustTakeAsync("team", wheel);
        foreach (var spelling in (string[])["some-name", "Some_Name", "SOME.NAME", "some--name", "Some._-Name"])
        {
            foreach (var path in (string[])[$"simple/{spelling}/", $"pypi/{spelling}/json", $"pypi/{spelling}/1.0/json",
                $"packages/{spelling}/{wheel.FileName}"])
            {
                using var answer = await Server.GetAsync($"team/{path}");
                var found = answer.StatusCode == HttpStatusCode.Found
                    ? await Server.StatusOfAsync(answer.Headers.Location!.OriginalString)
                    : answer.StatusCode;
                Assert.True(found == HttpStatusCode.OK, $"{path}: {found}");
            }
        }
    }

    [Fact]
    public async Task Non_ASCII_letters_do_not_make_two_names_equal()
    {
        // U+212A, the sign of kelvin, is lower-cased to an ordinary k elsewhere.
        await Server.MustTakeAsync("team", TestWheel.Create("kelvin", "1.0"));
        Assert.Equal(HttpStatusCode.NotFound, await Server.StatusOfAsync("team/simple/\u212Aelvin/"));
        var form = UploadParts.From(TestWheel.Create("kelvin", "2.0")).With("name", "\u212Aelvin");
        Assert.Equal(HttpStatusCode.BadRequest, (await Rejection.OfAsync(Server, "team", form)).Status);
    }

    [Fact]
    public async Task A_Publisher_reads_only_within_the_same_pattern()
    {
        var alice = TwineForm.Basic("alice", "correct-horse");
        Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync(
            "write-only", TestWheel.Create("acme-tool", "1.0"), alice));
        Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync("write-only/simple/acme-tool/", alice));
        Assert.Equal(HttpStatusCode.Forbidden, await Server.StatusOfAsync("write-only/simple/other/", alice));
        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusOfAsync("write-only/simple/acme-tool/"));
    }

    [Fact]
    public async Task HTML_in_a_description_never_runs()
    {
        var sdist = MadeSdist.Create(
            "scripted", "1.0",
            "Summary: <script>alert(1)</script>\nAuthor: \"><img src=x onerror=alert(1)>\n"
            + "Home-page: javascript:alert(1)\n");
        using var taken = await TwineForm.SendAsync(Server, "team", sdist.ToParts().ToContent());
        Assert.True(taken.StatusCode == HttpStatusCode.OK, taken.ReasonPhrase);
        foreach (var path in (string[])["team/", "team/simple/", "team/simple/scripted/",
            "team/simple/<script>alert(1)</script>/", "<script>alert(1)</script>/"])
        {
            using var answer = await Server.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.Content.Headers.ContentType?.MediaType?.Contains("html", StringComparison.Ordinal) == true)
                Assert.DoesNotContain("<script>alert", text, StringComparison.OrdinalIgnoreCase);
        }
        using var json = await Server.GetAsync("team/pypi/scripted/json");
        Assert.Equal("application/json", json.Content.Headers.ContentType!.ToString());
        using var document = JsonDocument.Parse(await json.Content.ReadAsStringAsync());
        Assert.Equal(
            "<script>alert(1)</script>", document.RootElement.GetProperty("info").GetProperty("summary").GetString());
    }

    [Fact]
    public async Task A_page_of_two_thousand_files_is_shown_like_any_other()
    {
        var before = (await ServerStatus.ReadAsync(Server))["team"].Files;
        var folder = Directory.CreateDirectory(Path.Combine(Server.GetFolder("team"), "packages", "many")).FullName;
        for (var i = 0; i < 2000; i++)
        {
            var wheel = TestWheel.Create("many", $"1.{i}", payload: 1);
            File.WriteAllBytes(Path.Combine(folder, wheel.FileName), wheel.Bytes);
        }
        await Eventually.IsAsync(
            "all are adopted", before + 2000, async () => (await ServerStatus.ReadAsync(Server))["team"].Files);
        var page = (await ProjectPage.ReadAsync(Server, "team", "many"))!;
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"1.{i}"), page.Versions);
        Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync(page.Files[1999].Url + ".metadata"));
    }

    static async Task ReadSlowlyAsync(RawConnection connection, CancellationToken stop)
    {
        var one = new byte[1];
        try
        {
            while (!stop.IsCancellationRequested && await connection.ReceiveAsync(one) > 0)
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // The server cuts off who is this slow, as it may.
        }
    }
}
