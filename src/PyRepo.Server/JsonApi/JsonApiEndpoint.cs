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

    /// <summary>The usual length of a file in a document, and the longest that metadata may have, in bytes.</summary>
    const int LengthOfFile = 1000, MaxLengthOfMetadata = 1 << 20;

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
        var gzip = Negotiation.AcceptsGzip(request.Context.Request.Headers.AcceptEncoding.ToString());
        var key = new PageKey(repository, $"{project.Value}/{(version is null ? "" : chosen.Version)}", "pypi", gzip);
        var page = pages.Find(key, snapshot.Version, request.AbsoluteBase)
            ?? await RenderAsync(request, key, snapshot, chosen, version is null ? releases : null);
        await PageSender.SendAsync(request, page, found.IsPublic);
    }

    /// <summary>
    /// Renders a document. Requests for the same one wait for each other, and few are rendered at a time: the metadata
    /// may be large.
    /// </summary>
    async Task<RenderedPage> RenderAsync(
        RepositoryRequest request, PageKey key, ProjectSnapshot snapshot, Release chosen, List<Release>? all)
    {
        var turn = _rendering[(uint)key.Subject.GetHashCode(StringComparison.Ordinal) % Stripes];
        await turn.WaitAsync(request.Aborted);
        try
        {
            if (pages.Find(key, snapshot.Version, request.AbsoluteBase) is { } renderedMeanwhile)
                return renderedMeanwhile;
            var (metadata, isFinal) = await ReleaseMetadata.ReadAsync(key.Repository, chosen.Files, request.Aborted);
            var content = new PageContent("application/json", writer =>
            {
                using var json = new Utf8JsonWriter(writer);
                new ProjectDocument(snapshot, chosen, metadata).Write(json, all);
            })
            {
                Serial = snapshot.Serial,
                Length = MaxLengthOfMetadata
                    + ((long)LengthOfFile * (chosen.Files.Count + (all is null ? 0 : snapshot.Files.Length))),
                HasBaseUrl = true,
                IsKept = isFinal,
            };
            return await pages.GetOrRenderAsync(
                key, snapshot.Version, content, request.AbsoluteBase, request.Aborted);
        }
        finally
        {
            turn.Release();
        }
    }
}
