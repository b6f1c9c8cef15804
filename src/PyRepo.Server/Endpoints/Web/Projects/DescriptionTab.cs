using PyRepo.Server.Content.Releases;

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
            {Html.If(shown.Details.Description.Note is not null, $"""
                <p class="notice">{shown.Details.Description.Note}</p>
                """)}
            {Description(shown.Details)}
            </article>
            <aside aria-label="About this release">
            {RepositoryFacts.Render(shown)}
            {AuthorFacts.Render(shown)}
            </aside>
            </div>
            """);

    static Html Description(ReleaseDetails details) => details.Description.Html.Text.Length > 0
        ? details.Description.Html
        : details.MetadataState is MetadataState.NotKnown
            ? Html.From($"""<p class="empty">The description is not known.</p>""")
            : Html.From($"""<p class="empty">This release has no description.</p>""");
}
