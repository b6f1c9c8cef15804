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
    /// <exception cref="HttpStatusException">401 or 403.</exception>
    public static ValueTask<FoundProject> FindAsync(
        RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null) =>
        FindAsync(request, project, repository => repository.GetProjectAsync(project, asOf, request.Aborted));

    /// <summary>Decides in the same way, and finds the verdicts on the files of a version.</summary>
    /// <exception cref="HttpStatusException">401 or 403.</exception>
    public static ValueTask<FoundProject> ExplainAsync(
        RepositoryRequest request, ProjectName project, string version) =>
        FindAsync(request, project, repository => repository.ExplainAsync(project, version, request.Aborted));

    /// <summary>Returns what is known about the project.</summary>
    /// <exception cref="HttpStatusException">404: there is no such project. 503: this is not known now.</exception>
    public ProjectAnswer.Known RequireKnown(
        RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null) =>
        Answer as ProjectAnswer.Known ?? throw NotKnown(request, project, asOf);

    /// <summary>Returns the failure that says why the project is not known: 404 or 503.</summary>
    public HttpStatusException NotKnown(RepositoryRequest request, ProjectName project, DateTimeOffset? asOf = null)
    {
        // A group would go on to its next member; whoever asks a proxy itself hears what its upstream says.
        if (Answer is ProjectAnswer.Unavailable down
            && (!down.IsUnprovedAbsence || GroupRequest.Sent(request.Context)))
        {
            return HttpStatusException.Unavailable(project.Value, down.Reason, down.RetryAfter);
        }
        if (Answer is ProjectAnswer.NotKnown { Evidence.HiddenBy: { } verdict })
            return new(404, $"The policy hides '{project}': {verdict.Reason.TrimEnd('.')}.");
        var then = asOf is { } date ? $" as of {date.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "";
        return new(404, $"There is no project '{project}' in '{request.Repository.Name}'{then}.");
    }

    static async ValueTask<FoundProject> FindAsync(
        RepositoryRequest request, ProjectName project, Func<IRepository, ValueTask<ProjectAnswer>> ask)
    {
        var guarded = await GuardedRepository.OfAsync(request, project);
        var answer = await ask(guarded.Repository);
        return new(answer, await guarded.RequireReadAsync(answer));
    }
}

/// <summary>A request is rejected, for a reason that the client should see.</summary>
/// <param name="status">The HTTP status, 4xx or 5xx.</param>
/// <param name="message">What happened, to what, and what to do about it, in one or two plain sentences.</param>
sealed class HttpStatusException(int status, string message) : Exception(message)
{
    /// <summary>Creates a 503 response: something is unavailable now, and may become available later.</summary>
    /// <param name="what">A project, a file or a repository.</param>
    /// <param name="why">The reason, or null if it is not known.</param>
    /// <param name="retryAfter">How long the client should wait before it retries.</param>
    /// <param name="cause">What is for the log alone, or null.</param>
    public static HttpStatusException Unavailable(
        string what, string? why, TimeSpan retryAfter, string? cause = null) =>
        new(503, $"'{what}' is unavailable now{(why is null ? "" : $": {why.TrimEnd('.')}")}.")
        {
            RetryAfter = retryAfter,
            Cause = cause,
        };

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>How long the client should wait before it retries, if a retry may help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is for the log alone, or null: it may name what is nothing to strangers.</summary>
    public string? Cause { get; init; }

    /// <summary>The allowed methods, for a 405 response.</summary>
    public string? Allow { get; init; }
}
