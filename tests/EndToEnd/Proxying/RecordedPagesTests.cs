using System.Net;
using EndToEnd.Clients;

namespace EndToEnd.Proxying;

/// <summary>
/// Recorded pages of the public index, thousands of files among them, come through the proxy with all that they say.
/// </summary>
public sealed class RecordedPagesTests(ManyProxies many, ITestOutputHelper output)
    : IClassFixture<ManyProxies>, IDisposable
{
    /// <summary>What a client can use: wheels, and source archives whose name tells a version.</summary>
    static readonly string[] _usable = [".whl", ".tar.gz", ".zip"];

    public void Dispose() => many.Server.ShowLog(output);

    [ClientTheory]
    [InlineData("attrs", "attrs.html")]
    [InlineData("django", "django.html.xz")]
    [InlineData("numpy", "numpy.html.xz")]
    [InlineData("setuptools", "setuptools.html.xz")]
    [InlineData("zope-interface", "zope.interface.html.xz")]
    [InlineData("requests", "requests.html")]
    [InlineData("six", "six.html")]
    [InlineData("urllib3", "urllib3.html")]
    [InlineData("pip", "pip.html")]
    [InlineData("iniconfig", "full-iniconfig.html")]
    public async Task An_HTML_page_is_proxied_completely(string project, string file)
    {
        var recorded = RecordedPage.OfHtml(await TextOfAsync(file));
        many.Upstream.AtPage(project, Replies.Text(recorded.Text, "text/html; charset=utf-8"));
        await MustBeWholeAsync(project, recorded);
    }

    [ClientTheory]
    [InlineData("attrs", "attrs.repackaged.json")]
    [InlineData("numpy", "numpy.repackaged.json.xz")]
    [InlineData("requests", "requests.repackaged.json")]
    [InlineData("six", "six.repackaged.json")]
    [InlineData("urllib3", "urllib3.repackaged.json")]
    [InlineData("sampleproject", "sampleproject.repackaged.json")]
    [InlineData("poetry-core", "excerpt-poetry-core.json")]
    [InlineData("isodate", "excerpt-isodate.json")]
    [InlineData("pyyaml", "excerpt-pyyaml.json")]
    [InlineData("requests", "excerpt-requests.json")]
    [InlineData("twisted", "excerpt-twisted.json")]
    public async Task A_JSON_page_is_proxied_completely(string project, string file)
    {
        var recorded = RecordedPage.OfJson(await TextOfAsync(file));
        many.Upstream.AtPage(project, Replies.Text(recorded.Text, Replies.Json));
        await MustBeWholeAsync(project, recorded);
    }

    [Fact]
    public async Task A_file_on_another_host_is_fetched_through_the_proxy()
    {
        await using var other = await ScriptedUpstream.StartAsync();
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        other.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        many.Upstream.AtPage(
            name, new ScriptedPage(name, file with { Url = $"{other.Url}files/{file.FileName}" }).AsHtml());
        var page = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        Assert.Equal(many.Server.Url.Authority, page.GetUrl(file.FileName).Authority);
        Assert.Equal(
            file.Bytes, (await many.Server.AskAsync(page.GetUrl(file.FileName))).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, other.CountOfFile(file.FileName));
    }

    async Task MustBeWholeAsync(string project, RecordedPage recorded)
    {
        var proxy = many.Take();
        var page = (await many.Server.PageAsync(proxy, project)).Must(HttpStatusCode.OK);
        var shown =
            page.Json.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("filename").GetString()!);
        var differences = new List<string>();
        foreach (var (name, expected) in recorded.Files.Where(
            f => _usable.Any(e => f.Key.EndsWith(e, StringComparison.Ordinal))))
        {
            if (shown.TryGetValue(name, out var file))
                differences.AddRange(expected.Differences(file).Select(d => $"{name}: {d}"));
            else
                differences.Add($"{name} is missing");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        Assert.All(shown.Values,
            f => Assert.StartsWith("../../packages/", f.GetProperty("url").GetString(), StringComparison.Ordinal));
        Assert.Empty(shown.Keys.Except(recorded.Files.Keys));
        Assert.NotEmpty(shown);
    }

    static async Task<string> TextOfAsync(string file)
    {
        var path = Assets.GetPath("corpus", "pages", file);
        return file.EndsWith(".xz", StringComparison.Ordinal)
            ? (await new ProgramRun("xz", "-dc", path).RunAsync()).MustSucceed().Output
            : await File.ReadAllTextAsync(path);
    }
}
