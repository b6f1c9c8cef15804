using System.Net;

namespace EndToEnd.Proxying;

/// <summary>An upstream that sends the proxy elsewhere.</summary>
public sealed class RedirectTests(ManyProxies many, ITestOutputHelper output) : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed_and_links_are_relative_to_the_final_URL_of_the_page(int status)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0") with { Url = "here.whl" };
        var spelled = name.ToUpperInvariant();
        many.Upstream.AtPage(name, Replies.Redirect($"../{spelled}/", status));
        many.Upstream.AtPage(spelled, new ScriptedPage(name, file).AsJson());
        many.Upstream.At($"/simple/{spelled}/here.whl", Replies.Redirect($"{many.Upstream.Url}cdn/{name}.whl", status));
        many.Upstream.At($"/cdn/{name}.whl", Replies.Bytes(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task A_redirect_loop_is_unavailable()
    {
        var name = many.Take();
        many.Upstream.AtPage(name, Replies.Redirect($"/simple/{name}/"));
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.InRange(many.Upstream.CountOfPage(name), 5, 25);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/simple/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://[")]
    [InlineData("//")]
    public async Task A_redirect_to_nowhere_is_unavailable(string to)
    {
        var name = many.Take();
        many.Upstream.AtPage(name, Replies.Redirect(to));
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_file_redirect_to_cloud_metadata_is_rejected_with_the_rule()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Redirect("http://169.254.169.254/latest/meta-data/"));
        var answer = (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("link-local and metadata addresses are never allowed", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_cloud_metadata_is_rejected_with_the_rule()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0") with { Url = "http://169.254.169.254/latest/x.whl" };
        many.Upstream.AtPage(name, new ScriptedPage(name, file).AsJson());
        var answer = (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("link-local and metadata addresses are never allowed", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_links_do_not_affect_the_other_files_of_a_page()
    {
        var name = many.Take();
        var good = ScriptedFile.Wheel(name, "1.0");
        string[] places = ["http://169.254.169.254/", "http://127.0.0.1:1/"];
        List<ScriptedFile> bad =
        [
            .. Enumerable.Range(2, 5).Select(n => ScriptedFile.Wheel(name, $"{n}.0"))
                .Select((file, n) => file with { Url = $"{places[n % places.Length]}{file.FileName}" }),
        ];
        many.Upstream.Serve(new ScriptedPage(name, [good, .. bad]));
        foreach (var file in bad)
            (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(
            good.Bytes, (await many.Server.FileAsync(name, name, good.FileName)).Must(HttpStatusCode.OK).Bytes);
    }
}
