using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Http;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Api;

/// <summary><c>api/v1/why/{project}/{version}</c>: which rules hide the files of a release, since and until when.</summary>
static class WhyEndpoint
{
    /// <summary>Sends the explanation to whoever may read the project.</summary>
    public static async Task ShowAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var view = (await FoundProject.FindAsync(request, project)).Answer switch
        {
            ProjectAnswer.Known known => ViewOf(known, version),
            ProjectAnswer.NotKnown { HiddenBy: { } verdict } => new WhyView
            {
                Project = project.Value,
                Version = version,
                Known = false,
                Rules = [verdict],
            },
            ProjectAnswer.Unavailable down =>
                throw HttpStatusException.Unavailable(project.Value, down.Reason, down.RetryAfter),
            _ => null,
        };
        if (view is null)
            throw new HttpStatusException(404, $"There is no project '{project}' in '{request.Repository.Name}'.");
        await SendAsync(request.Context, view);
    }

    static WhyView ViewOf(ProjectAnswer.Known known, string version)
    {
        var snapshot = known.Snapshot;
        var parsed = PythonVersion.TryParse(version, out var valid) ? valid : null;
        var files = snapshot.Files.Where(f => IsOf(f.Distribution.Name, version, parsed)).ToList();
        if (files.Count == 0)
        {
            throw new HttpStatusException(
                404, $"There is no release '{version}' of '{snapshot.Project}', neither visible nor hidden.");
        }
        return new WhyView
        {
            Project = snapshot.Project.Value,
            Version = version,
            Known = true,
            Status = snapshot.Status.ToName(),
            StatusReason = snapshot.StatusReason,
            AnsweredBy = known.AnsweredBy.IsEmpty ? null : known.AnsweredBy,
            Files = [.. files.Select(WhyFileView.Of)],
        };
    }

    static bool IsOf(DistributionFileName file, string version, PythonVersion? parsed) =>
        parsed is not null && file.Version is not null ? parsed.Equals(file.Version) : file.VersionText == version;

    static async Task SendAsync(HttpContext context, WhyView view)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Default.WhyView);
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
