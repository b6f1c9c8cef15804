using System.Collections.Immutable;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The requirements of a release, always and for each extra, with links to the projects here.</summary>
static class DependenciesTab
{
    /// <summary>Creates the tab; nothing without a release.</summary>
    public static Html Render(ShownProject shown)
    {
        if (shown.Chosen is not { } release)
            return Html.Empty;
        if (shown.Details.Metadata is not { } metadata || !shown.Details.Reading.Knows("Requires-Dist"))
        {
            return Html.From($"""
                <p class="empty">The dependencies are not known. {shown.Details.MetadataNote}</p>
                """);
        }
        var dependencies = shown.Content.Dependencies;
        var total = metadata.RequiresDist.Count;
        return Html.From($"""
            <h2>Dependencies of {release.Version}</h2>
            {Html.If(total == 0, $"""<p class="empty">This release requires no other project.</p>""")}
            {Group(shown, "Always", [.. dependencies.Where(each => each.Extra is null)])}
            {dependencies.Where(each => each.Extra is not null).GroupBy(each => each.Extra!)
                .Select(extra => Group(shown, $"With [{extra.Key}]", [.. extra]))}
            {Html.If(
                total > dependencies.Length,
                $"<p>And {PageText.Count(total - dependencies.Length)} more, which the metadata lists.</p>")}
            """);
    }

    static Html Group(ShownProject shown, string title, ImmutableArray<Dependency> dependencies) => Html.If(
        dependencies.Length > 0, $"""
        <h3><bdi>{title}</bdi></h3>
        <div class="scroll list" tabindex="0" role="region" aria-label="Dependencies: {title}">
        <table>
        <thead><tr><th scope="col">Project</th><th scope="col">Versions</th><th scope="col">Only if</th>
        <th scope="col">Latest here</th></tr></thead>
        <tbody>{dependencies.Select(each => Row(shown, each))}</tbody>
        </table>
        </div>
        """);

    static Html Row(ShownProject shown, Dependency each) => each.Parsed is not { } parsed
        ? Html.From($"<tr><td colspan=\"4\"><bdi>{each.Text}</bdi></td></tr>\n")
        : Html.From($"""
            <tr><td>{Name(shown, each)}{Html.If(
                parsed.Extras.Count > 0, $"<bdi>[{string.Join(", ", parsed.Extras)}]</bdi>")}</td>
            <td data-label="Versions"><bdi>{Versions(each)}</bdi></td>
            <td data-label="Only if"><bdi>{each.Condition ?? "–"}</bdi></td>
            <td data-label="Latest here">{Latest(each)}</td>
            </tr>

            """);

    static string Latest(Dependency each) =>
        each.Entry?.LatestVersion ?? (each.MayBeHere ? "not asked yet" : "not here");

    static Html Name(ShownProject shown, Dependency each) => each.Entry is not null || each.MayBeHere
        ? Html.From($"""
            <a href="{shown.Page.Root}project/{each.Parsed!.Project.Value}/"><bdi>{each.Parsed.Name}</bdi></a>
            """)
        : Html.From($"<bdi>{each.Parsed!.Name}</bdi>");

    static string Versions(Dependency each) =>
        each.Parsed!.Url is { } url ? $"at {url}"
        : each.Parsed.Specifier.ToString() is { Length: > 0 } versions ? versions : "any";
}
