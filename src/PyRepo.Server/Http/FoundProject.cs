using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Http;

/// <summary>A project that the caller may read.</summary>
/// <param name="Answer">The repository's answer.</param>
/// <param name="IsPublic">Whether anyone may read it, so that shared caches may store it.</param>
readonly record struct FoundProject(ProjectAnswer Answer, bool IsPublic)
{
    /// <summary>Decides on the name whether the caller may read a project, and then finds it.</summary>
    /// <remarks>
    /// The requested repository decides first, before anybody is asked. A proxy among the members of a group decides
    /// before it is asked, and the members that answer decide afterwards, so that a caller who may not read a project
    /// learns nothing from the response.
    /// </remarks>
    /// <exception cref="HttpStatusException">401 or 403.</exception>
    public static async ValueTask<FoundProject> FindAsync(RepositoryRequest request, ProjectName project)
    {
        await request.RequireReadAsync(project, []);
        var repository = request.Repository.Repository;
        if (request.Repository.Members.Count == 0)
        {
            return new(
                await repository.GetProjectAsync(project, null, request.Aborted), request.IsPublic(project, []));
        }
        var guard = new ReadGuard(request);
        if (!request.IsPublic(project, request.Repository.Members.Keys))
            repository = repository.GuardedBy(guard);
        var answer = await repository.GetProjectAsync(project, null, request.Aborted);
        var members = (answer as ProjectAnswer.Known)?.AnsweredBy ?? [];
        await request.RequireReadAsync(project, members);
        return new(answer, guard.IsPublic && request.IsPublic(project, members));
    }
}
