using System.Text;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What reads the pages and lists of upstreams.</summary>
static class PageReaders
{
    static readonly Uri _url = new("https://example.org/simple/foo/");

    static readonly string[] _html =
    [
        "<a href=\"x§-1.tar.gz\">x</a>", "<a href=\"", "<a ", "a=b ", "a§=b ", "a", "=", "\"", "'", ">", "</a>",
        "</", "<",
        "<!--", "-->", "--", "-", "--!>", "<!", "<?", "<title>", "</title", "<script>", "</script>",
        "<base href=\"//x\">",
        "<meta name=\"pypi:repository-version\" content=\"1.0\">", "&amp", "&#x3c;", "&", "#sha256=", "?", "/", "../",
        "%", "%2", "data-yanked", "data-requires-python=\"&gt;3\" ", "data-core-metadata=true ", " ", "\n", "é", "\0",
    ];

    static readonly string[] _json =
    [
        "{},", "{\"url\":\"x§\"},",
        "{\"filename\":\"x-§.tar.gz\",\"url\":\"../x-§.tar.gz\",\"hashes\":{\"sha256\":\"a\"}},",
        "{\"name\":\"x§\"},", "{\"url\":\"x\",\"yanked\":\"x\"},", "{\"url\":\"x\",\"yanked\":true,\"size\":1e99},",
        "{\"url\":\"x\",\"a§\":[[[[[]]]]],\"requires-python\":\">=3\"},", "null,", "[],", "1,", "\"x\",", "[",
        "{\"a\":", "\"",
        "\\\"", "\\u0041",
        "{\"url\":\"x\",\"core-metadata\":{\"sha256\":\"a\"},\"upload-time\":\"2020-01-01T00:00:00Z\"},",
    ];

    public static IEnumerable<HostileReader> All =>
    [
        new("an upstream's page in HTML", _html,
            text => Finish(SimpleHtml.ReadProjectAsync(ToStream(text), _url)),
            "SimpleHtml.ReadProjectAsync", "HtmlTokenizer.Read", "HtmlAttributes.Read", "PageUrl.Parse",
            "UploadTime.Parse"),
        new("an upstream's list in HTML", _html, text => Finish(SimpleHtml.ReadListAsync(ToStream(text), _url)),
            "SimpleHtml.ReadListAsync"),
        new("an upstream's page in JSON", _json, text => Finish(SimpleJson.ReadProjectAsync(ToStream(text), _url)),
            "SimpleJson.ReadProjectAsync")
        {
            Frames = [("{\"files\":[", "{}]}"), ("{\"versions\":[", "\"1\"],\"files\":[]}"), ("{\"meta\":[", "{}]}")],
        },
        new("an upstream's list in JSON", _json, text => Finish(SimpleJson.ReadListAsync(ToStream(text))),
            "SimpleJson.ReadListAsync")
        {
            Frames = [("{\"projects\":[", "{}]}"), ("", "")],
        },
        new("the beginning of a list in JSON", _json, text => SimpleJson.DeclaresVersion(Encoding.UTF8.GetBytes(text)))
        {
            Frames = [("{\"a\":[", "{}]}"), ("{\"meta\":{\"a\":[", "{}]}}")],
        },
    ];

    static MemoryStream ToStream(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes a result that was computed on this thread, whose time counts.</summary>
    static void Finish(Task reading)
    {
        Assert.True(reading.IsCompleted);
        reading.GetAwaiter().GetResult();
    }
}
