using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The files of a release, and who has attested them.</summary>
static class FilesTab
{
    /// <summary>The files that are listed at once. The others are in the Simple index.</summary>
    const int MaxFiles = 200;

    /// <summary>The tags of a wheel that are shown at once; its name has all of them.</summary>
    const int MaxTags = 8;

    /// <summary>Creates the tab; nothing without a release.</summary>
    public static Html Render(ShownProject shown) => shown.Chosen is not { } release ? Html.Empty : Html.From($"""
        <h2 id="files">Files of {release.Version}</h2>
        <ul class="files">{release.Files.Take(MaxFiles).Select(file => Card(shown, file))}</ul>
        {Html.If(release.Files.Count > MaxFiles, $"""
            <p>These are {MaxFiles} of {PageText.Count(release.Files.Count, "file", "files")}. All are in the
            <a href="{shown.Page.Root}simple/{shown.Project.Value}/">Simple index</a>.</p>
            """)}
        {ProvenanceView.Render(release)}
        """);

    static Html Card(ShownProject shown, Distribution file) => Html.From($"""
        <li class="card file"><a href="{shown.Page.Root}{FileLinks.FromBase(file)}" rel="nofollow">
        <bdi>{file.Name.FileName}</bdi></a>
        <p class="badges"><span class="badge">{Kind(file.Name.PackageType)}</span>
        {Html.If(file.Yanked is not null, $"""<span class="badge bad">yanked</span>""")}
        {Html.If(file.Verified is { Verdict: ProvenanceVerdict.Verified }, $"""
            <span class="badge good">provenance verified</span>
            """)}
        {Tags(file.Name).Take(MaxTags).Select(tag => Html.From($"""<span class="chip"><bdi>{tag}</bdi></span>"""))}</p>
        <p class="muted">{Size(file)}{Uploaded(shown, file)}</p>
        {Hash(file)}
        <details><summary>Details<span class="away"> of {file.Name.FileName}</span></summary>
        {Details(shown, file)}</details>
        </li>

        """);

    static string Size(Distribution file) =>
        file.Size is { } size ? PageText.Size(size) : "size not known yet";

    static Html Uploaded(ShownProject shown, Distribution file) => Html.From($"""
        {(file.UploadedAt is { } time ? Html.From($" · uploaded {PageText.Ago(time, shown.Page.Now)}") : Html.Empty)}
        {Html.If(file.UploadedBy is not null, $" by <bdi>{file.UploadedBy}</bdi>")}
        """);

    /// <summary>The hash is cut short by the style sheet, so that the button copies all of it.</summary>
    static Html Hash(Distribution file) => Html.If(file.Sha256 is not null, $"""
        <div class="copy"><span class="muted">SHA-256</span>
        <pre role="group" aria-label="SHA-256 of {file.Name.FileName}"><code>{file.Sha256?.ToString()}</code></pre></div>
        """);

    static Html Details(ShownProject shown, Distribution file) => Html.From($"""
        <dl class="metadata">
        {MetadataRow.Render("SHA-256", Code(file.Sha256?.ToString()))}
        {MetadataRow.Render("BLAKE2b-256", Code(file.Blake2b256))}
        {MetadataRow.Render("MD5", Code(file.Md5))}
        {MetadataRow.Render("Type", Code(file.Name.PackageType.ToName()))}
        {MetadataRow.Render("Requires Python", Code(file.RequiresPython))}
        {MetadataRow.Render("Uploaded", file.UploadedAt is { } time ? PageText.Time(time) : Html.Empty)}
        {MetadataRow.Render("Metadata", Html.If(file.CoreMetadata is not null, $"""
            <a href="{shown.Page.Root}{FileLinks.FromBase(file)}.metadata" rel="nofollow">View metadata</a>
            """))}
        {MetadataRow.Render("Provenance", Html.If(file.Provenance is not null, $"""
            <a href="{shown.Page.Root}{Provenance.GetPath(file.Name)}" rel="nofollow">provenance</a>
            """))}
        </dl>
        """);

    static Html Code(string? text) =>
        Html.If(!string.IsNullOrEmpty(text), $"""<code class="hash"><bdi>{text}</bdi></code>""");

    static string Kind(PackageType type) => type switch
    {
        PackageType.Wheel => "wheel",
        PackageType.Sdist => "source",
        PackageType.Egg => "egg",
        PackageType.VariantsIndex => "variants",
        PackageType.Unknown => "file",
        _ => "installer",
    };

    static IEnumerable<string> Tags(DistributionFileName name) => name.Wheel is { } wheel
        ? wheel.Interpreters.Split('.').Concat(wheel.Abis.Split('.')).Concat(wheel.Platforms.Split('.'))
            .Where(tag => tag != "none").Distinct()
        : [];
}
