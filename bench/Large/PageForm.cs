namespace Bench.Large;

/// <summary>A format and a coding in which a page is asked for.</summary>
sealed record PageForm(string Name, string[] Headers)
{
    public static PageForm Json { get; } = new("JSON", [AcceptJson]);

    public static PageForm JsonGzip { get; } = new("JSON gzip", [AcceptJson, Gzip]);

    public static PageForm Html { get; } = new("HTML", [AcceptHtml]);

    public static PageForm HtmlGzip { get; } = new("HTML gzip", [AcceptHtml, Gzip]);

    public static IReadOnlyList<PageForm> All { get; } = [Json, JsonGzip, Html, HtmlGzip];

    const string AcceptJson = "Accept: application/vnd.pypi.simple.v1+json";
    const string AcceptHtml = "Accept: application/vnd.pypi.simple.v1+html";
    const string Gzip = "Accept-Encoding: gzip";
}
