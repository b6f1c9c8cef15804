namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The author's text about the release, and beside it what is known.</summary>
static class DescriptionTab
{
    /// <summary>Creates the tab.</summary>
    public static Html Render(ShownProject shown) => shown.Chosen is null
        ? HiddenFilesView.Render(shown.Snapshot)
        : Html.From($"""
            <div class="cols">
            <article aria-labelledby="description">
            <h2 id="description" class="away">Description</h2>
            {(shown.Details.Description.Text.Length > 0
                ? shown.Details.Description
                : Html.From($"""<p class="empty">This release has no description.</p>"""))}
            </article>
            <aside aria-label="About this release">
            {RepositoryFacts.Render(shown)}
            {AuthorFacts.Render(shown)}
            </aside>
            </div>
            """);
}
