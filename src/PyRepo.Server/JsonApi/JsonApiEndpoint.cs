using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Server.Http;
using PyRepo.Server.Rendering;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.JsonApi;

/// <summary>PyPI's JSON API: <c>pypi/{project}/json</c> and <c>pypi/{project}/{version}/json</c>.</summary>
sealed class JsonApiEndpoint(PageCache pages)
{
    /// <summary>Sends the document of a project, or of one of its releases.</summary>
    public async Task ShowAsync(RepositoryRequest request, ProjectName project, string? version)
    {
        var repository = request.Repository.Repository;
        var (answer, isPublic) = await FoundProject.FindAsync(request, project);
        var snapshot = answer switch
        {
            ProjectAnswer.Known known => known.Snapshot,
            ProjectAnswer.Unavailable down =>
                throw HttpStatusException.Unavailable(project.Value, down.Reason, down.RetryAfter),
            _ => throw new HttpStatusException(404, $"There is no project '{project}' in '{request.Repository.Name}'."),
        };
        var releases = Releases(snapshot);
        var chosen = version is null
            ? ProjectDocument.LatestOf(releases)
            : releases.Find(r => r.Is(version));
        if (chosen is null)
        {
            throw new HttpStatusException(404, version is null
                ? $"The project '{project}' has no files."
                : $"There is no release '{version}' of '{project}'.");
        }
        var gzip = Negotiation.AcceptsGzip(request.Context.Request.Headers.AcceptEncoding.ToString());
        var baseUrl = request.AbsoluteBase();
        var key = new PageKey(
            repository, $"{project.Value}/{(version is null ? "" : chosen.Version)}", "pypi", gzip, baseUrl);
        if (pages.Find(key, snapshot.Version) is not { } page)
        {
            var metadata = await ReleaseMetadata.ReadAsync(repository, chosen.Files, request.Aborted);
            page = pages.GetOrRender(key, snapshot.Version, () =>
            {
                var document = new ProjectDocument(snapshot, chosen, metadata, baseUrl);
                return RenderedPage.Render(writer =>
                {
                    using var json = new Utf8JsonWriter(writer);
                    document.Write(json, version is null ? releases : null);
                }, "application/json", gzip, snapshot.Serial);
            });
        }
        await PageSender.SendAsync(request, page, isPublic);
    }

    static List<Release> Releases(ProjectSnapshot snapshot)
    {
        var releases = new List<Release>();
        foreach (var file in snapshot.Visible)
        {
            if (releases.Count == 0 || !releases[^1].Contains(file))
                releases.Add(
                    new Release(file.Name.Version?.ToString() ?? file.Name.VersionText, file.Name.Version, []));
            releases[^1].Files.Add(file);
        }
        return releases;
    }
}
