using System.Text.RegularExpressions;

namespace EndToEnd.Docs;

/// <summary>A place in the repository that something names.</summary>
/// <param name="NamedIn">The file that names it.</param>
/// <param name="Path">Its path below the root.</param>
/// <param name="Anchor">The place in the file, or an empty text.</param>
sealed partial record RepositoryPlace(string NamedIn, string Path, string Anchor)
{
    static readonly string[] _folders = ["src", "charts", "config", "images", "examples", ".github"];
    static readonly string[] _extensions = [".cs", ".yaml", ".yml", ".json", ".sh", ".tpl", ".txt"];

    /// <summary>The places that programs, charts and manifests name: in messages, types of problems, alerts.</summary>
    public static IReadOnlyList<RepositoryPlace> OfPrograms { get; } =
    [
        .. from folder in _folders
           from extension in _extensions
           from file in SourceTree.Files(folder, extension)
           let text = SourceTree.Read(file)
           from place in Address().Matches(text).Select(match => From(file, match))
               .Concat(Mention().Matches(text).Select(match => new RepositoryPlace(file, match.Value, "")))
           select place,
        .. from match in ProblemAnchor().Matches(SourceTree.Read(ProblemTypes))
           select new RepositoryPlace(ProblemTypes, "docs/errors.md", match.Groups[1].Value),
    ];

    /// <summary>Whether a forge has something to show there.</summary>
    public bool Exists => MarkdownFile.All.TryGetValue(Path, out var page)
        ? Anchor.Length == 0 || page.Anchors.Contains(Anchor)
        : System.IO.Path.Exists(SourceTree.At(Path));

    const string ProblemTypes = "src/PyRepo.Server/Endpoints/Http/ProblemType.cs";

    /// <summary>Where a link of a file of the repository leads, or null if that is not in the repository.</summary>
    public static RepositoryPlace? FromLink(string file, string link)
    {
        if (Address().Match(link) is { Success: true } address)
            return From(file, address);
        if (Scheme().IsMatch(link))
            return null;
        var parts = link.Split('#', 2);
        var folder = System.IO.Path.GetDirectoryName(SourceTree.At(file))!;
        var path = parts[0].Length == 0 ? file : System.IO.Path.GetRelativePath(
            SourceTree.Root, System.IO.Path.Combine(folder, Uri.UnescapeDataString(parts[0])));
        return new(file, path.TrimEnd('/'), parts.ElementAtOrDefault(1) ?? "");
    }

    static RepositoryPlace From(string file, Match address) =>
        new(file, address.Groups[1].Value.TrimEnd('/', '.'), address.Groups[2].Value);

    [GeneratedRegex(@"https://github\.com/pyrepo/pyrepo/(?:blob|tree|edit)/(?:main|v[\d.]+)/([\w./-]*)(?:#([\w-]*))?")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\w./-])docs/[\w-]+\.md")]
    private static partial Regex Mention();

    [GeneratedRegex("new\\(\"([a-z-]+)\", \"")]
    private static partial Regex ProblemAnchor();

    [GeneratedRegex("^([a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
