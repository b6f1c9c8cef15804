namespace Bench.Scenarios;

/// <summary>One of the forms in which a project page is asked for.</summary>
sealed record PageFormat(string Name, string Extension, string Accept, bool IsCompressed)
{
    const string Json = "application/vnd.pypi.simple.v1+json";

    public static IReadOnlyList<PageFormat> All { get; } =
    [
        new("HTML", "html", "text/html", IsCompressed: false),
        new("HTML, gzip", "html", "text/html", IsCompressed: true),
        new("JSON", "json", Json, IsCompressed: false),
        new("JSON, gzip", "json", Json, IsCompressed: true),
    ];

    public string[] Headers => IsCompressed ? [$"Accept: {Accept}", "Accept-Encoding: gzip"] : [$"Accept: {Accept}"];

    /// <summary>Where a static server finds it; the compressed form lies beside it, with <c>.gz</c>.</summary>
    public string GetPath(string project) => $"/{project}.{Extension}";
}
