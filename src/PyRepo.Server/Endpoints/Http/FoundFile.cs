using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A file that the caller may read, opened.</summary>
/// <param name="Answer">The repository's answer. The receiver disposes its content.</param>
/// <param name="IsPublic">Whether anyone may read it, so that shared caches may store it.</param>
readonly record struct FoundFile(OpenAnswer Answer, bool IsPublic)
{
    /// <summary>Decides on the name whether the caller may read a file's project, and then opens the file.</summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static async ValueTask<FoundFile> OpenAsync(RepositoryRequest request, FileRequest file)
    {
        var repository = request.Repository.Repository;
        if (request.Repository.Members.Count == 0)
        {
            await request.RequireReadAsync(file.Project, []);
            return new(await repository.OpenAsync(file, request.Aborted), request.IsPublic(file.Project, []));
        }
        var (found, isPublic) = await FoundProject.FindAsync(request, file.Project);
        return new(
            found switch
            {
                ProjectAnswer.Known known =>
                    await repository.OpenAsync(file with { Answer = known }, request.Aborted),
                ProjectAnswer.Unavailable down =>
                    new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason },
                ProjectAnswer.NotKnown { Evidence.HiddenBy: { } verdict } =>
                    OpenAnswer.NotFound.Hidden(file.Project.Value, verdict),
                _ => new OpenAnswer.NotFound($"There is no project '{file.Project}'."),
            },
            isPublic);
    }
}
