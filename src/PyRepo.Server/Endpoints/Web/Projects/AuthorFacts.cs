using PyRepo.Packaging.Metadata;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The facts that the author states about a release, beside its description.</summary>
static class AuthorFacts
{
    const int MaxItems = 200;

    /// <summary>Creates the list; nothing if the author says nothing. What is not known is said.</summary>
    public static Html Render(ShownProject shown) => Html.From($"""
        {Html.If(shown.Details.MetadataNote is not null, $"""<p class="notice">{shown.Details.MetadataNote}</p>""")}
        {(shown.Details.Metadata is { } metadata ? List(shown, metadata) : Html.Empty)}
        """);

    static Html List(ShownProject shown, CoreMetadata metadata)
    {
        var rows = Html.Join(
        [
            MetadataRow.Render("Links", Links(metadata)),
            MetadataRow.Render("License", Text(metadata.LicenseExpression ?? Short(metadata.License))),
            MetadataRow.Render("Author", Person(metadata.Author, metadata.AuthorEmail)),
            MetadataRow.Render("Maintainer", Person(metadata.Maintainer, metadata.MaintainerEmail)),
            MetadataRow.Render("Requires", Requires(shown, metadata)),
            MetadataRow.Render("Extras", Chips(metadata.ProvidesExtra)),
            MetadataRow.Render("Keywords", Chips(metadata.Keywords)),
            Classifiers(metadata.Classifiers),
        ]);
        return Html.If(!string.IsNullOrWhiteSpace(rows.Text), $"""
            <section aria-labelledby="author-facts">
            <h2 id="author-facts">From the author</h2>
            <dl class="metadata author">
            {rows}
            </dl>
            </section>
            """);
    }

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

    static Html Links(CoreMetadata metadata)
    {
        var links = metadata.ProjectUrls.Take(MaxItems).Select(url => (url.Label, Url: (string?)url.Url)).ToList();
        if (metadata.HomePage is { } home && links.All(link => link.Url != home))
            links.Insert(0, ("Homepage", home));
        return Html.If(links.Count > 0, $"""
            <ul class="links">{links.Select(link => Html.From(
                $"<li>{Icons.OfLink(link.Label)}{SafeUrl.Link(link.Url, link.Label)}</li>\n"))}</ul>
            """);
    }

    static Html Requires(ShownProject shown, CoreMetadata metadata) => Html.If(metadata.RequiresDist.Count > 0, $"""
        <a href="{shown.PathOf(ProjectTab.Dependencies)}">{PageText.Count(
            metadata.RequiresDist.Count, "dependency", "dependencies")}</a>
        """);

    static Html Chips(IReadOnlyList<string> items) => Html.If(items.Count > 0, $"""
        <ul class="chips">{items.Take(MaxItems).Select(item => Html.From(
            $"""<li class="chip"><bdi>{item}</bdi></li>"""))}{More(items.Count)}</ul>
        """);

    /// <summary>Classifiers, grouped by their first part: <c>License :: OSI Approved</c>.</summary>
    static Html Classifiers(IReadOnlyList<string> classifiers) => Html.From($"""
        {classifiers.Take(MaxItems).Select(each => each.Split(" :: ", 2)).GroupBy(parts => parts[0])
            .Select(group => MetadataRow.Render(group.First().Length > 1 ? group.Key : "Classifier", Html.From($"""
                <ul>{group.Select(parts => Html.From($"<li><bdi>{parts[^1]}</bdi></li>"))}</ul>
                """)))}
        {MetadataRow.Render("Classifiers", Html.If(
            classifiers.Count > MaxItems, $"and {classifiers.Count - MaxItems} more"))}
        """);

    static Html More(int count) => Html.If(count > MaxItems, $"<li>and {count - MaxItems} more</li>");
}
