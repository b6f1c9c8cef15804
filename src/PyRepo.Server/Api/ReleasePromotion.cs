using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;

namespace PyRepo.Server.Api;

/// <summary>Copies releases to other repositories of this server, for someone who may upload them there.</summary>
sealed class ReleasePromotion(RepositoryRegistry served)
{
    /// <summary>The repositories of this server to which a release of another one can be promoted.</summary>
    public IEnumerable<string> TargetsOf(RepositoryRequest request) =>
        served.All.Where(each => each.Uploads is not null && each.Members.Count == 0
            && each.Name != request.Repository.Name && each.Uploads != request.Repository.Uploads)
            .Select(each => each.Name);

    /// <summary>Copies a release to another repository of this server.</summary>
    /// <param name="request">A request to the repository that has the release.</param>
    /// <param name="source">That repository. The caller may change the project in it.</param>
    /// <param name="project">The project.</param>
    /// <param name="version">The version.</param>
    /// <param name="to">The name of the other repository.</param>
    /// <exception cref="HttpStatusException">
    /// 404: there is no such release or repository. 403: the caller may not upload it there.
    /// </exception>
    public async Task<PromotionView> RunAsync(
        RepositoryRequest request, HostedRepository source, ProjectName project, string version, string? to)
    {
        if (to is null || !TargetsOf(request).Contains(to)
            || !served.TryFind($"/{to}/", out var target, out _) || target.Uploads is not { } repository)
        {
            throw new HttpStatusException(
                404, $"There is no repository '{to}' on this server. Its repositories that take uploads are: "
                    + $"{string.Join(", ", TargetsOf(request).DefaultIfEmpty("none"))}.");
        }
        var there = await AuthorizeThereAsync(request, target, project);
        RepositoryRequest.RequireOpen(repository);
        var files = await new Promotion(source, repository, target.MaxFileSize)
            .RunAsync(project, version, there.User, request.Aborted)
            ?? throw new HttpStatusException(
                404, $"There is no release '{version}' of '{project}' in '{request.Repository.Name}'.");
        return new PromotionView(to, files);
    }

    /// <summary>The other repository decides by the same credentials, as if the files were uploaded to it.</summary>
    static async Task<RequestAccess> AuthorizeThereAsync(
        RepositoryRequest request, RepositoryRegistration target, ProjectName project)
    {
        var there = new RepositoryRequest(request.Context, target);
        var access = request.FindCredentials() is { } credentials
            ? await there.AuthenticateAsync(credentials)
            : RequestAccess.Anonymous(target);
        access.Require(AccessAction.Upload, project, target.UploadsThrough);
        return access;
    }
}
