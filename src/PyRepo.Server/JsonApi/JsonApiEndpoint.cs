using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Server.Http;
using PyRepo.Server.Releases;
using PyRepo.Server.Rendering;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.JsonApi;

/// <summary>PyPI's JSON API: <c>pypi/{project}/json</c> and <c>pypi/{project}/{version}/json</c>.</summary>
sealed class JsonApiEndpoint(PageCache pages)
{
    const int Stripes = 8;
    readonly SemaphoreSlim[] _rendering = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Sends the document of a project, or of one of its releases.</summary>
    public async Task ShowAsync(RepositoryRequest request, ProjectName project, string? version)
    {
        var repository = request.Repository.Repository;
        var found = await FoundProject.FindAsync(request, project);
        var snapshot = found.RequireKnown(request, project).Snapshot;
        var releases = Release.ListOf(snapshot);
        var chosen = version is null
            ? Release.LatestOf(releases)
            : releases.Find(r => r.Is(version));
        if (chosen is null)
        {
            throw new HttpStatusException(404, version is null
                ? $"The project '{project}' has no files."
                : $"There is no release '{version}' of '{project}'.");
        }
        // Whoever asks chooses the Host, so that it is no part of what is kept.
        var key = new PageKey(
            repository, $"{project.Value}/{(version is null ? "" : chosen.Version)}", "pypi", Gzip: false);
        var page = pages.Find(key, snapshot.Version)
            ?? await RenderAsync(key, snapshot, chosen, version is null ? releases : null, request.Aborted);
        var gzip = Negotiation.AcceptsGzip(request.Context.Request.Headers.AcceptEncoding.ToString());
        var baseUrl = JsonEncodedText.Encode(request.AbsoluteBase()).EncodedUtf8Bytes.ToArray();
        await PageSender.SendAsync(
            request, page.With(ProjectDocument.BaseMarker, baseUrl, gzip), found.IsPublic);
    }

    /// <summary>
    /// Renders a document. Requests for the same one wait for each other, and few are rendered at a time: the metadata
    /// may be large.
    /// </summary>
    async Task<RenderedPage> RenderAsync(
        PageKey key, ProjectSnapshot snapshot, Release chosen, List<Release>? all, CancellationToken cancellationToken)
    {
        var turn = _rendering[(uint)key.GetHashCode() % Stripes];
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (pages.Find(key, snapshot.Version) is { } renderedMeanwhile)
                return renderedMeanwhile;
            var (metadata, isFinal) = await ReleaseMetadata.ReadAsync(
                key.Repository, chosen.Files, cancellationToken);
            RenderedPage Render() => RenderedPage.Render(writer =>
            {
                using var json = new Utf8JsonWriter(writer);
                new ProjectDocument(snapshot, chosen, metadata).Write(json, all);
            }, "application/json", gzip: false, snapshot.Serial);
            return isFinal ? pages.GetOrRender(key, snapshot.Version, Render) : Render();
        }
        finally
        {
            turn.Release();
        }
    }
}
