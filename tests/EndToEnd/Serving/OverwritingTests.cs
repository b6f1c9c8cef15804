using System.Net;

namespace EndToEnd.Serving;

/// <summary>What becomes of a file that comes again, and of one that was deleted.</summary>
public sealed class OverwritingTests(OverwritingServer fixture) : IClassFixture<OverwritingServer>
{
    PyRepoServer Server => fixture.Server;

    [Fact]
    public async Task Under_Never_other_bytes_under_the_same_name_are_rejected_with_a_message_twine_recognizes()
    {
        await UploadAsync("never", TestWheel.Create("refused", "1.0"));
        (await Rejection.OfAsync(Server, "never", UploadParts.From(TestWheel.Create("refused", "1.0", seed: 1))))
            .MustBe(HttpStatusCode.BadRequest, "File already exists", "refused-1.0-py3-none-any.whl");
        var form = UploadParts.From(TestWheel.Create("refused", "1.0", seed: 2)).Without("sha256_digest");
        (await Rejection.OfAsync(Server, "never", form)).MustBe(HttpStatusCode.BadRequest, "File already exists");
        Assert.Single(GetBytes("never", "refused"));
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    public async Task Uploading_the_same_bytes_again_succeeds_without_an_event(string repository)
    {
        var wheel = TestWheel.Create("same", "1.0");
        await UploadAsync(repository, wheel);
        var before = FolderTree.From(Server.GetFolder(repository));
        await UploadAsync(repository, wheel);
        await SendAsync(repository, UploadParts.From(wheel).Without("sha256_digest"), HttpStatusCode.OK);
        Assert.Equal(before, FolderTree.From(Server.GetFolder(repository)));
    }

    [Fact]
    public async Task Under_Always_clients_get_the_new_bytes_immediately()
    {
        var (old, replacing) = (TestWheel.Create("replaced", "1.0"), TestWheel.Create("replaced", "1.0", seed: 1));
        await UploadAsync("always", old);
        var before = (await ProjectPage.ReadAsync(Server, "always", "replaced"))!.Find(old.FileName)!;
        await UploadAsync("always", replacing);
        var after = (await ProjectPage.ReadAsync(Server, "always", "replaced"))!.Find(old.FileName)!;
        Assert.Equal(replacing.Sha256, after.Sha256);
        Assert.NotEqual(before.Url, after.Url);
        Assert.Equal(replacing.Bytes, await Server.Http.GetByteArrayAsync(after.Url));
        Assert.Equal(replacing.Bytes, await Server.Http.GetByteArrayAsync(
            new Uri(Server.GetUrl("always"), $"packages/replaced/{old.FileName}")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(before.Url));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(before.Url + ".metadata")));
        Assert.Single(GetBytes("always", "replaced"));
    }

    [Fact]
    public async Task A_download_that_runs_while_its_file_is_replaced_gets_the_old_bytes_to_the_end()
    {
        var old = TestWheel.Create("running", "1.0", 30 << 20);
        var replacing = TestWheel.Create("running", "1.0", 100, seed: 1);
        await UploadAsync("always", old);
        var file = (await ProjectPage.ReadAsync(Server, "always", "running"))!.Find(old.FileName)!;
        using var answer = await Server.Http.GetAsync(file.Url, HttpCompletionOption.ResponseHeadersRead);
        await UploadAsync("always", replacing);
        Assert.Equal(old.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Another_spelling_of_the_same_distribution_is_the_same()
    {
        var wheel = TestWheel.Create("Foo-Bar", "1.0.0");
        await UploadAsync("never", wheel);
        var other = TestWheel.Create("foo-bar", "1.0", seed: 1);
        (await Rejection.OfAsync(Server, "never", UploadParts.From(other)))
            .MustBe(HttpStatusCode.BadRequest, "File already exists");
        await UploadAsync("always", wheel);
        await UploadAsync("always", other);
        var page = await ProjectPage.ReadAsync(Server, "always", "foo-bar");
        Assert.Equal(other.FileName, Assert.Single(page!.Files).FileName);
        var formerly = new Uri(Server.GetUrl("always"), $"packages/foo-bar/{wheel.FileName}");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(formerly));
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    public async Task A_deleted_file_is_gone_everywhere(string repository)
    {
        var (wheel, other) = (TestWheel.Create("deleted", "1.0"), TestWheel.Create("deleted", "2.0"));
        await UploadAsync(repository, wheel);
        await UploadAsync(repository, other);
        var file = (await ProjectPage.ReadAsync(Server, repository, "deleted"))!.Find(wheel.FileName)!;
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(repository, wheel));
        var page = await ProjectPage.ReadAsync(Server, repository, "deleted");
        Assert.Equal([other.FileName], page!.Files.Select(f => f.FileName));
        Assert.Equal(["2.0"], page.Versions);
        var html = await Server.Http.GetStringAsync(new Uri(Server.IndexOf(repository), "deleted/"));
        Assert.DoesNotContain(wheel.FileName, html, StringComparison.Ordinal);
        var json = await Server.Http.GetStringAsync(new Uri(Server.GetUrl(repository), "pypi/deleted/json"));
        Assert.DoesNotContain(wheel.FileName, json, StringComparison.Ordinal);
        foreach (var gone in (string[])["pypi/deleted/1.0/json", $"packages/deleted/{wheel.FileName}",
            $"packages/deleted/{wheel.FileName}.metadata"])
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(Server.GetUrl(repository), gone)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(file.Url));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(file.Url + ".metadata")));
        Assert.Single(GetBytes(repository, "deleted"));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(repository, wheel));
    }

    [Fact]
    public async Task A_deleted_file_name_rejects_other_bytes_and_reappears_with_the_same_ones()
    {
        var wheel = TestWheel.Create("taken", "1.0");
        await UploadAsync("never", wheel);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync("never", wheel));
        (await Rejection.OfAsync(Server, "never", UploadParts.From(TestWheel.Create("taken", "1.0", seed: 1))))
            .MustBe(HttpStatusCode.BadRequest, "deleted", "new version");
        await UploadAsync("never", wheel);
        var page = await ProjectPage.ReadAsync(Server, "never", "taken");
        Assert.Equal(wheel.Bytes, await Server.Http.GetByteArrayAsync(page!.Find(wheel.FileName)!.Url));
    }

    [Fact]
    public async Task A_project_whose_last_file_was_deleted_is_still_known()
    {
        var wheel = TestWheel.Create("emptied", "1.0");
        await UploadAsync("never", wheel);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync("never", wheel));
        for (var start = 0; start < 2; start++)
        {
            Assert.Empty((await ProjectPage.ReadAsync(Server, "never", "emptied"))!.Files);
            Assert.Contains(
                ">emptied<", await Server.Http.GetStringAsync(Server.IndexOf("never")), StringComparison.Ordinal);
            await Server.StopAsync();
            await Server.StartAgainAsync();
        }
    }

    [Fact]
    public async Task Only_a_maintainer_may_delete()
    {
        var wheel = TestWheel.Create("guarded", "1.0");
        await UploadAsync("never", wheel);
        using var answer = await Server.Http.DeleteAsync(
            new Uri(Server.GetUrl("never"), $"api/v1/projects/guarded/files/{wheel.FileName}"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single((await ProjectPage.ReadAsync(Server, "never", "guarded"))!.Files);
    }

    [Fact]
    public async Task Of_many_concurrent_uploads_under_one_name_exactly_one_wins()
    {
        var wheels = Enumerable.Range(0, 8).Select(seed => TestWheel.Create("raced", "1.0", 50_000, seed)).ToList();
        var answers = await Task.WhenAll(
            wheels.Select(w => TwineForm.SendAsync(Server, "never", UploadParts.From(w).ToContent())));
        var winner = Assert.Single(answers.Index(), a => a.Item.StatusCode == HttpStatusCode.OK).Index;
        Assert.All(answers.Where((_, i) => i != winner), a => Assert.StartsWith("File already exists", a.ReasonPhrase));
        var page = await ProjectPage.ReadAsync(Server, "never", "raced");
        Assert.Equal(wheels[winner].Bytes, await Server.Http.GetByteArrayAsync(Assert.Single(page!.Files).Url));
        Assert.Single(GetBytes("never", "raced"));
    }

    Task UploadAsync(string repository, TestWheel wheel) =>
        SendAsync(repository, UploadParts.From(wheel), HttpStatusCode.OK);

    async Task SendAsync(string repository, UploadParts form, HttpStatusCode status)
    {
        using var answer = await TwineForm.SendAsync(Server, repository, form.ToContent());
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    async Task<HttpStatusCode> DeleteAsync(string repository, TestWheel wheel)
    {
        var url = new Uri(Server.GetUrl(repository), $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}");
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.Authorization = TwineForm.Publisher(Server, repository);
        using var answer = await Server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    async Task<HttpStatusCode> StatusAsync(Uri url)
    {
        using var answer = await Server.Http.GetAsync(url);
        return answer.StatusCode;
    }

    string[] GetBytes(string repository, string project) =>
        Directory.GetFiles(
            Path.Combine(Server.GetFolder(repository), "packages", project), "*", SearchOption.AllDirectories);
}
