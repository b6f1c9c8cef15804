using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files of a release.</summary>
static class FilesView
{
    /// <summary>The files that are listed at once. The others are in the Simple index.</summary>
    const int MaxFiles = 500;

    /// <summary>Creates the table; nothing without a release.</summary>
    public static Html Of(PageContext page, Release? release) => release is null ? Html.Empty : Html.Of($"""
        <h2 id="files">Files of {release.Version}</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Files">
        <table>
        <thead><tr><th scope="col">File</th><th scope="col">Kind</th><th scope="col">Size</th>
        <th scope="col">Uploaded</th><th scope="col">SHA-256</th></tr></thead>
        <tbody>{release.Files.Take(MaxFiles).Select(file => Row(page, file))}</tbody>
        </table>
        </div>
        {Html.If(release.Files.Count > MaxFiles, $"""
            <p>These are {MaxFiles} of {PageText.Count(release.Files.Count, "file", "files")}. All are in the
            <a href="{page.Root}simple/{release.Files[0].Name.Project.Value}/">Simple index</a>.</p>
            """)}
        """);

    static Html Row(PageContext page, Distribution file) => Html.Of($"""
        <tr><td><a href="{page.Root}{FileLinks.FromBase(file)}" rel="nofollow"><bdi>{file.Name.FileName}</bdi></a>
        {Html.If(file.Yanked is not null, $"""<span class="badge bad">yanked</span>""")}</td>
        <td>{file.Name.PackageType.ToName()}</td>
        <td class="size">{(file.Size is { } size ? PageText.Size(size) : "")}</td>
        <td>{(file.UploadedAt is { } time ? PageText.Day(time) : Html.Empty)}
        {Html.If(file.UploadedBy is not null, $"by <bdi>{file.UploadedBy}</bdi>")}</td>
        <td><code class="hash">{file.Sha256?.ToString() ?? ""}</code>
        {Html.If(file.Provenance is not null, $"""
            <a href="{page.Root}{FileLinks.ProvenanceFromBase(file.Name)}" rel="nofollow">provenance</a>
            """)}</td></tr>

        """);
}
