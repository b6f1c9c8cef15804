using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Web.Clients;

/// <summary>A repository as clients have to name it.</summary>
/// <param name="Name">A name for it in a configuration file: small letters, digits and hyphens.</param>
/// <param name="Url">The base URL, where uploads go, with a slash at its end.</param>
/// <param name="User">Whose password the client needs, or <c>USER</c> for anybody's.</param>
/// <param name="IsPublic">Whether anyone may read all of it.</param>
sealed record ClientIndex(string Name, string Url, string User, bool IsPublic)
{
    /// <summary>The placeholder for a user who is not known.</summary>
    public const string AnyUser = "USER";

    /// <summary>The user of those who have a token.</summary>
    const string TokenUser = "__token__";

    /// <summary>The Simple API.</summary>
    public string Simple => $"{Url}simple/";

    /// <summary>Returns the repository of a page.</summary>
    public static ClientIndex Of(PageContext page)
    {
        var (request, repository) = (page.Request, page.Request.Repository);
        var user = page.Access.Caller switch
        {
            Caller.Token or Caller.Identity or Caller.ServiceAccount => TokenUser,
            { IsKnown: true } when !page.Access.User.Any(char.IsControl) => page.Access.User,
            _ => AnyUser,
        };
        // A client of HTTP/1.0 need not say which host it asks.
        var url = request.AbsoluteBase().Replace(":///", "://HOST/", StringComparison.Ordinal);
        return new(NameOf(repository.Name), url, user, request.IsPublic(null, repository.Members.Keys));
    }

    /// <summary>
    /// Poetry has an index of the name <c>pypi</c> already, and takes a dot for the end of a name.
    /// </summary>
    static string NameOf(string repository) =>
        repository == "pypi" ? "pypi-proxy" : repository.Replace('.', '-');
}
