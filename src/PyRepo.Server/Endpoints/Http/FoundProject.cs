using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

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
    /// <param name="request">The request.</param>
    /// <param name="project">The project.</param>
    /// <param name="asOf">The date as of which it is found, or null for now.</param>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static ValueTask<FoundProject> FindAsync(
        RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null) =>
        FindAsync(request, project, repository => repository.GetProjectAsync(project, asOf, request.Aborted));

    /// <summary>Decides in the same way, and finds the verdicts on the files of a version.</summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static ValueTask<FoundProject> ExplainAsync(
        RepositoryRequest request, ProjectName project, string version) =>
        FindAsync(request, project, repository => repository.ExplainAsync(project, version, request.Aborted));

    /// <summary>Returns what is known about the project.</summary>
    /// <exception cref="RejectedException">404: there is no such project. 503: this is not known now.</exception>
    public ProjectAnswer.Known RequireKnown(
        RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null) =>
        Answer as ProjectAnswer.Known ?? throw NotKnown(request, project, asOf);

    /// <summary>Returns the failure that says why the project is not known: 404 or 503.</summary>
    public RejectedException NotKnown(RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null)
    {
        // A group would go on to its next member; whoever asks a proxy itself hears what its upstream says.
        if (Answer is ProjectAnswer.Unavailable down
            && (!down.IsUnprovedAbsence || GroupRequest.Sent(request.Context)))
        {
            return RejectedException.Unavailable(project.Value, down.Reason, down.RetryAfter);
        }
        if (Answer is ProjectAnswer.NotKnown { Evidence.HiddenBy: { } verdict })
        {
            return new(RejectionReason.NotFound, verdict.GetSentence(project.Value)) { HiddenBy = verdict };
        }
        var then = asOf is { } date ? $" as of {date.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "";
        return new(RejectionReason.NotFound, $"There is no project '{project}' in '{request.Repository.Name}'{then}.");
    }

    static async ValueTask<FoundProject> FindAsync(
        RepositoryRequest request, ProjectName project, Func<IRepository, ValueTask<ProjectAnswer>> ask)
    {
        var guarded = await GuardedRepository.OfAsync(request, project);
        var answer = await ask(guarded.Repository);
        return new(answer, await guarded.RequireReadAsync(answer));
    }
}
