using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The metadata of a release, without its description.</summary>
static class MetadataView
{
    const int MaxItems = 200;

    /// <summary>Creates the list.</summary>
    public static Html Render(CoreMetadata? metadata, Release? release, ProjectAnswer.Known known) => Html.From($"""
        <dl class="metadata">
        {Row("Requires Python", Text(release?.Files.Select(f => f.RequiresPython).FirstOrDefault(r => r is not null)))}
        {Row("License", Text(metadata?.LicenseExpression ?? Short(metadata?.License)))}
        {Row("Author", Person(metadata?.Author, metadata?.AuthorEmail))}
        {Row("Maintainer", Person(metadata?.Maintainer, metadata?.MaintainerEmail))}
        {Row("Links", Links(metadata))}
        {Row("Requires", Items(metadata?.RequiresDist))}
        {Row("Extras", Items(metadata?.ProvidesExtra))}
        {Row("Keywords", Text(Joined(metadata?.Keywords)))}
        {Row("Classifiers", Items(metadata?.Classifiers))}
        {Row("From", Text(known.AnsweredBy.IsEmpty ? null : string.Join(", ", known.AnsweredBy)))}
        </dl>
        """);

    static Html Row(string name, Html value) =>
        Html.If(value.Text.Length > 0, $"<dt>{name}</dt><dd>{value}</dd>\n");

    static string? Joined(IReadOnlyList<string>? words) =>
        words is { Count: > 0 } ? string.Join(", ", words.Take(MaxItems)) : null;

    static Html Text(string? text) => text is null ? Html.Empty : Html.From($"<bdi>{text}</bdi>");

    /// <summary>Some releases have the whole text of their license in this field.</summary>
    static string? Short(string? license) => license?.Split('\n')[0] is { Length: > 0 } first
        ? first.Length > 100 ? $"{first[..100]}…" : first
        : null;

    static Html Person(string? name, string? email) =>
        email is null ? Text(name)
        // The address usually has the name, too: "Ann Example <ann@example.org>".
        : name is null || email.Contains(name, StringComparison.OrdinalIgnoreCase) ? Text(email)
        : Html.From($"<bdi>{name}</bdi> <bdi>{email}</bdi>");

    static Html Links(CoreMetadata? metadata)
    {
        if (metadata is null)
            return Html.Empty;
        var links = metadata.ProjectUrls.Take(MaxItems).Select(url => (url.Label, (string?)url.Url)).ToList();
        if (metadata.HomePage is { } home && links.All(link => link.Item2 != home))
            links.Insert(0, ("Homepage", home));
        return Html.If(
            links.Count > 0,
            $"<ul>{links.Select(link => Html.From($"<li>{SafeUrl.Link(link.Item2, link.Label)}</li>"))}</ul>");
    }

    static Html Items(IReadOnlyList<string>? items) => items is { Count: > 0 }
        ? Html.From($"""
            <ul>{items.Take(MaxItems).Select(item => Html.From($"<li><bdi>{item}</bdi></li>"))}
            {Html.If(items.Count > MaxItems, $"<li>and {items.Count - MaxItems} more</li>")}</ul>
            """)
        : Html.Empty;
}

/// <summary>Links to what somebody wrote into a package's metadata.</summary>
static class SafeUrl
{
    /// <summary>Creates a link, or only the text if the URL is not one of a page or an address.</summary>
    public static Html Link(string? url, string text) => SafeLink.External(url) is { } address
        ? Html.From($"""<a href="{address}" rel="{SafeLink.Relations}"><bdi>{text}</bdi></a>""")
        : Html.From($"<bdi>{text}</bdi>");
}
