using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Projects in a list.</summary>
static class ProjectRows
{
    /// <summary>Creates the list.</summary>
    public static Html Render(PageContext page, IEnumerable<CatalogEntry> entries) => Html.From(
        $"<ul class=\"projects\">\n{entries.Select(entry => Row(page, entry))}</ul>\n");

    static Html Row(PageContext page, CatalogEntry entry) => Html.From($"""
        <li><a href="{page.Root}project/{entry.Project.Value}/"><bdi>{entry.DisplayName}</bdi></a>
        {Html.If(entry.LatestVersion is not null, $"""<span class="version">{entry.LatestVersion}</span>""")}
        {StatusBadge.Render(entry.Status)}
        {(entry.NewestFileAt is { } time ? Html.From($"""<span class="when">{PageText.Day(time)}</span>""") : Html.Empty)}
        {Html.If(entry.Summary is not null, $"<p><bdi>{entry.Summary}</bdi></p>")}</li>

        """);
}
