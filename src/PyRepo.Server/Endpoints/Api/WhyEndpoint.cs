using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>
/// <c>api/v1/why/{project}/{version}</c>: which rules hide the files of a release, since and until when.
/// </summary>
static class WhyEndpoint
{
    /// <summary>Sends the explanation to whoever may read the project.</summary>
    public static async Task ShowAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var found = await FoundProject.ExplainAsync(request, project, version);
        var explanation = Explanation.Of(project, version, found.Answer) ?? throw found.NotKnown(request, project);
        await JsonBody.SendAsync(request.Context, 200, explanation, ExplanationJson.Readable.Explanation);
    }
}
