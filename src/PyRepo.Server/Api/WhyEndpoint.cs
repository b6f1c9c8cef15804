using PyRepo.Packaging.Names;
using PyRepo.Server.Http;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Api;

/// <summary>
/// <c>api/v1/why/{project}/{version}</c>: which rules hide the files of a release, since and until when.
/// </summary>
static class WhyEndpoint
{
    /// <summary>Sends the explanation to whoever may read the project.</summary>
    public static async Task ShowAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var (answer, _) = await FoundProject.ExplainAsync(request, project, version);
        if (answer is ProjectAnswer.Unavailable down)
            throw HttpStatusException.Unavailable(project.Value, down.Reason, down.RetryAfter);
        if (Explanation.Of(project, version, answer) is not { } explanation)
            throw new HttpStatusException(404, $"There is no project '{project}' in '{request.Repository.Name}'.");
        await JsonBody.SendAsync(request.Context, 200, explanation, ExplanationJson.Readable.Explanation);
    }
}
