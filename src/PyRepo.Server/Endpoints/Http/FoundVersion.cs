using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The version of a project that the caller may read, and the way to its content.</summary>
/// <param name="Version">The version, or why there is none.</param>
/// <param name="IsPublic">Whether anyone may read it, so that shared caches may store it.</param>
/// <param name="Repository">The repository that found it.</param>
readonly record struct FoundVersion(SnapshotVersion Version, bool IsPublic, GuardedRepository Repository)
{
    /// <summary>
    /// Decides whether the caller may read a project, as <see cref="FoundProject"/> does, and finds its version.
    /// </summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static async ValueTask<FoundVersion> FindAsync(RepositoryRequest request, ProjectName project)
    {
        var guarded = await GuardedRepository.OfAsync(request, project);
        var version = await guarded.Repository.FindAsync(project, request.Aborted);
        return new(version, await guarded.RequireReadAsync(version), guarded);
    }

    /// <summary>Returns the content, without looking for it again.</summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public async ValueTask<FoundProject> LoadAsync(RepositoryRequest request)
    {
        var answer = await Version.LoadAsync(request.Aborted);
        return new(answer, await Repository.RequireReadAsync(answer));
    }
}
