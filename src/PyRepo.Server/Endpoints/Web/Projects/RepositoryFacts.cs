using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The facts that the repository itself knows of a release, beside its description.</summary>
static class RepositoryFacts
{
    /// <summary>Creates the list.</summary>
    public static Html Render(ShownProject shown)
    {
        var files = shown.Chosen?.Files ?? [];
        return Html.From($"""
            <section aria-labelledby="repository-facts">
            <h2 id="repository-facts">In this repository</h2>
            <dl class="metadata repository">
            {Row("Requires Python", Text(files.Select(f => f.RequiresPython).FirstOrDefault(r => r is not null)))}
            {Row("Uploaded by", People(files))}
            {Row("Uploaded", files.Select(file => file.UploadedAt).Max() is { } time ? PageText.Day(time) : Html.Empty)}
            {Row("Files", Size(shown, files))}
            {Row("Provenance", Provenance(shown, files))}
            {Row("From", Members(shown))}
            {Row("Downloads, last 30 days", Downloads(shown))}
            </dl>
            </section>
            """);
    }

    static Html Row(string name, Html value) => MetadataRow.Render(name, value);

    static Html Text(string? text) => text is null ? Html.Empty : Html.From($"<bdi>{text}</bdi>");

    static Html People(List<Distribution> files) => Html.From($"""
        {files.Select(file => file.UploadedBy).OfType<string>().Distinct().Take(3).Select((by, i) => Html.From(
            $"{(i == 0 ? "" : ", ")}<bdi>{by}</bdi>"))}
        """);

    static Html Size(ShownProject shown, List<Distribution> files) => Html.From($"""
        <a href="{shown.PathOf(ProjectTab.Files)}">{PageText.Count(files.Count, "file", "files")}</a>{Html.If(
            files.Exists(file => file.Size is not null), $", {PageText.Size(files.Sum(file => file.Size ?? 0))}")}
        """);

    static Html Provenance(ShownProject shown, List<Distribution> files) => Html.If(
        files.Exists(file => file.Verified is { Verdict: not ProvenanceVerdict.Absent }), $"""
        <a href="{shown.PathOf(ProjectTab.Files)}#provenance">{PageText.Count(files.Count(
            file => file.Verified is { Verdict: ProvenanceVerdict.Verified }))} of {PageText.Count(
            files.Count, "file", "files")} verified</a>
        """);

    static Html Members(ShownProject shown) =>
        shown.Known.AnsweredBy.IsEmpty ? Html.Empty : Text(string.Join(", ", shown.Known.AnsweredBy));

    static Html Downloads(ShownProject shown) => shown.Content.RecentDownloads is { IsDefault: false } days
        ? Html.From($"""
            <a href="{shown.PathOf(ProjectTab.Statistics)}">{PageText.Count(days.Sum())}</a>
            {Sparkline.Render(days)}
            """)
        : Html.Empty;
}

/// <summary>A line of the lists beside a description.</summary>
static class MetadataRow
{
    /// <summary>Creates the line; nothing without a value.</summary>
    public static Html Render(string name, Html value) =>
        Html.If(!string.IsNullOrWhiteSpace(value.Text), $"<dt>{name}</dt><dd>{value}</dd>\n");
}
