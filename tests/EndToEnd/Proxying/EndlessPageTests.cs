using System.Net;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>Pages that never end, or are too large: refused while they arrive, and nothing else suffers.</summary>
public sealed class EndlessPageTests(PatientProxies many, ITestOutputHelper output)
    : IClassFixture<PatientProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    public static TheoryData<string, string, string> Endless => new()
    {
        { Replies.Json, """{"meta":{"api-version":"1.0"},"name":"NAME","junk":[""", "0," },
        { Replies.Json, """{"meta":{"api-version":"1.0"},"name":"NAME","files":[""", " " },
        { "text/html", "<a href=\"NAME-1.0.tar.gz\"></a>", "<br>" },
        { "text/html", "", "<!-- -->" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task An_endless_page_is_refused_after_32_MiB(string type, string start, string more)
    {
        var name = many.Take();
        many.Upstream.AtPage(name, GetEndlessly(
            type, null, Encoding.UTF8.GetBytes(start.Replace("NAME", name, StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(more, (64 << 10) / more.Length)))));
        await IsRefusedAsync(name, "It has more than 32 MiB.");
    }

    /// <summary>It decompresses to nothing at all, so that its length says nothing.</summary>
    [Fact]
    public async Task An_endless_compressed_page_that_decompresses_to_nothing_is_refused_after_32_MiB()
    {
        var name = many.Take();
        // An empty gzip member.
        byte[] member = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] members = [.. Enumerable.Repeat(member, 3000).SelectMany(bytes => bytes)];
        many.Upstream.AtPage(name, GetEndlessly(Replies.Json, "gzip", [], members));
        await IsRefusedAsync(name, "It has more than 32 MiB.");
    }

    [Fact]
    public async Task A_page_of_more_than_50000_files_is_refused_and_one_of_50000_is_shown()
    {
        var name = many.Take();
        many.Upstream.AtPage(name, GetFiles(name, 50_001));
        await IsRefusedAsync(name, "more than 50000 files");
        var large = $"{name}-large";
        many.Upstream.AtPage(large, GetFiles(large, 50_000));
        Assert.Equal(
            50_000, (await many.Server.PageAsync(name, large)).Must(HttpStatusCode.OK).FileNames.Count);
    }

    /// <summary>As many as PyPI has.</summary>
    [Fact]
    public async Task A_list_of_700000_projects_is_shown()
    {
        var name = many.Take();
        var names = string.Join(
            ',', Enumerable.Range(0, 700_000).Select(i => $$"""{"name":"a-project-of-usual-length-{{i}}"}"""));
        many.Upstream.At("/simple/", Replies.Text(
            $$"""{"meta":{"api-version":"1.0"},"projects":[{{names}}]}""", Replies.Json));
        var list = (await many.Server.AskAsync(many.Server.IndexOf(name), accept: Replies.Json))
            .Must(HttpStatusCode.OK);
        Assert.Equal(700_000, list.Json.GetProperty("projects").GetArrayLength());
    }

    async Task IsRefusedAsync(string name, string why)
    {
        var answer = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains(why, answer.Text, StringComparison.Ordinal);
        // Other pages are not affected.
        var other = $"{name}-other";
        many.Upstream.Serve(new ScriptedPage(other, ScriptedFile.Wheel(other, "1.0")));
        Assert.Single((await many.Server.PageAsync(name, other)).Must(HttpStatusCode.OK).FileNames);
    }

    static Reply GetFiles(string name, int count) => Replies.Text(
        string.Concat(Enumerable.Range(0, count).Select(i => $"<a href={name}-{i}.tar.gz></a>")), "text/html");

    static Reply GetEndlessly(string type, string? encoding, byte[] start, byte[] more) => async context =>
    {
        context.Response.ContentType = type;
        if (encoding is not null)
            context.Response.Headers.ContentEncoding = encoding;
        await context.Response.Body.WriteAsync(start, context.RequestAborted);
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(more, context.RequestAborted);
    };
}
