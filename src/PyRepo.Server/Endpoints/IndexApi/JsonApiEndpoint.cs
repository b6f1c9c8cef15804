using System.Text.Json;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>PyPI's JSON API: <c>pypi/{project}/json</c> and <c>pypi/{project}/{version}/json</c>.</summary>
sealed class JsonApiEndpoint(RenderedPageCache pages)
{
    /// <summary>The metadata that is being read: it may be large, and an upstream may be slow.</summary>
    readonly SingleFlight<(PageKey Key, string Version), MetadataReading> _reading = new();

    /// <summary>
    /// Sends the document of a project, or of one of its releases. A document that is sent to a slow client does not
    /// keep the project's content in memory.
    /// </summary>
    public async Task ShowAsync(RepositoryRequest request, ProjectName project, string? version)
    {
        var (page, isPublic) = await FindAsync(request, project, version);
        await PageSender.SendAsync(request, page, isPublic);
    }

    async Task<(RenderedPage Page, bool IsPublic)> FindAsync(
        RepositoryRequest request, ProjectName project, string? version)
    {
        var key = new PageKey(
            request.Repository.Repository, $"{project.Value}/", "pypi",
            Negotiation.AcceptsGzip(request.Context.Request.Headers.AcceptEncoding.ToString()));
        // Read first: verdicts that change meanwhile are kept for nobody.
        var verdicts = request.Repository.Repository.VerdictsVersion;
        var current = await FoundVersion.FindAsync(request, project);
        if (version is null && current.Version.Value is { } known
            && pages.Find(key, GetVersion(known, verdicts), request.AbsoluteBase) is { } page)
        {
            return (page, current.IsPublic);
        }
        var found = await current.LoadAsync(request);
        var answer = found.RequireKnown(request, project);
        return (await RenderAsync(request, key, answer, version, verdicts), found.IsPublic);
    }

    async Task<RenderedPage> RenderAsync(
        RepositoryRequest request, PageKey key, ProjectAnswer.Known known, string? version, string verdicts)
    {
        var snapshot = known.Snapshot;
        var rendering = GetVersion(snapshot.Version, verdicts);
        var chosen = Choose(snapshot, version);
        if (version is not null)
            key = key with { Subject = key.Subject + chosen.Version };
        if (pages.Find(key, rendering, request.AbsoluteBase) is { } rendered)
            return rendered;
        (chosen, var isExplained) = await ExplainedRelease.FindAsync(request, snapshot.Project, chosen);
        var reading = await ReadMetadataAsync(key, known, chosen, request.Aborted);
        var content = new PageContent("application/json", writer =>
        {
            using var json = new Utf8JsonWriter(writer);
            new ProjectDocument(snapshot, chosen, reading)
                .Write(json, version is null ? Release.Enumerate(snapshot) : null);
        })
        {
            Serial = snapshot.Serial,
            Length = ProjectDocument.MeasureMetadata(reading) + chosen.Files.Sum(LengthOnPage.Measure)
                + chosen.Files.Sum(LengthOnPage.MeasureProvenance)
                + (version is null ? snapshot.Files.PageLength : 0),
            HasBaseUrl = true,
            IsKept = reading.IsFinal && isExplained,
        };
        return await pages.GetOrRenderAsync(key, rendering, content, request.AbsoluteBase, request.Aborted);
    }

    /// <summary>Returns the version of a document: verdicts change with the trusted root, and the content does not.
    /// </summary>
    static string GetVersion(string content, string verdicts) =>
        verdicts.Length == 0 ? content : $"{content}~{verdicts}";

    async Task<MetadataReading> ReadMetadataAsync(
        PageKey key, ProjectAnswer.Known known, Release chosen, CancellationToken cancellationToken)
    {
        try
        {
            return await _reading
                .JoinAsync((key, known.Snapshot.Version), () => ReleaseMetadata.ReadAsync(
                    key.Repository, known, chosen.Files, CancellationToken.None))
                .WaitAsync(cancellationToken);
        }
        catch (UpstreamUnavailableException)
        {
            // Too many who claim to have passed other proxies ask for it.
            return MetadataReading.NotKnown("Too many ask for it at the moment.", isFinal: false);
        }
    }

    static Release Choose(ProjectSnapshot snapshot, string? version) => version is null
        ? Release.GetLatest(snapshot)
            ?? throw new RejectedException(RejectionReason.NotFound, $"The project '{snapshot.Project}' has no files.")
        : Release.Find(snapshot, version)
            ?? throw new RejectedException(
                RejectionReason.NotFound, $"There is no release '{version}' of '{snapshot.Project}'.");
}
