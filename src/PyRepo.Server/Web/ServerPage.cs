using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;

namespace PyRepo.Server.Web;

/// <summary>
/// The root of a server with several repositories: the list of those of which the caller may read something.
/// </summary>
/// <remarks>
/// A session belongs to the path of its repository, so that browsers send nothing here unless they are asked for a
/// password: they see what anyone may read.
/// </remarks>
static class ServerPage
{
    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(HttpContext context, IReadOnlyCollection<RepositoryRegistration> repositories)
    {
        var readable = new List<RepositoryRegistration>();
        foreach (var repository in repositories)
        {
            if (MayReadSome(repository, RequestAccess.Anonymous(repository))
                || MayReadSome(repository, await IdentifyAsync(new RepositoryRequest(context, repository))))
            {
                readable.Add(repository);
            }
        }
        await HtmlPage.SendAsync(context, "PyRepo", () => Html.Of($"""
            <h1>Repositories</h1>
            <ul class="projects">{readable.Select(Row)}</ul>
            <p>A repository that not everyone may read has its own address, where you can sign in.</p>
            """));
    }

    static async Task<RequestAccess> IdentifyAsync(RepositoryRequest request)
    {
        try
        {
            return await request.IdentifyAsync();
        }
        catch (AuthenticationFailedException error)
        {
            FailedLogin.Note(request.Context, error);
        }
        catch (Exception error) when (error is AuthenticationUnavailableException or HttpStatusException)
        {
            // Who it is cannot be told, so it is a stranger.
        }
        return RequestAccess.Anonymous(request.Repository);
    }

    /// <summary>
    /// Whether the caller may read some project: of a group, one of a member, through all groups around it.
    /// </summary>
    static bool MayReadSome(RepositoryRegistration repository, RequestAccess access) =>
        repository.Members.Count == 0
            ? access.Decide(AccessAction.Read, null, []).IsAllowed
            : repository.Members.Values.Any(member => member.Members.Count == 0
                && access.Decide(AccessAction.Read, null, PathTo(repository.Members, member)).IsAllowed);

    static ImmutableArray<string> PathTo(
        FrozenDictionary<string, RepositoryRegistration> members, RepositoryRegistration member) =>
    [
        .. members.Values.Where(group => group.Members.ContainsKey(member.Name)).Select(group => group.Name),
        member.Name,
    ];

    static Html Row(RepositoryRegistration repository) => Html.Of($"""
        <li><a href="{repository.BasePath}">{repository.Name}</a>
        {Html.If(
            repository.Unavailable is not null, $"""<span class="badge bad">{repository.Unavailable}</span>""")}</li>

        """);
}
