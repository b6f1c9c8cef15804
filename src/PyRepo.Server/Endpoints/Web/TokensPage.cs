using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>tokens/</c>: the page on which a Maintainer makes, sees and revokes tokens.</summary>
sealed class TokensPage(RepositoryTokens tokens)
{
    /// <summary>The tokens that are listed at once. <c>api/v1/tokens</c> lists all.</summary>
    const int MaxTokens = 500;

    static readonly char[] _betweenPatterns = [' ', ',', '\t', '\r', '\n'];

    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        await SendAsync(request, allowed, Html.Empty);
    }

    /// <summary>Does what one of the page's forms says, and sends the page again.</summary>
    public async Task ChangeAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        var form = await PageForm.ReadAsync(request);
        if (form["revoke"] is { } id)
        {
            await tokens.RevokeAsync(request, allowed, id);
            await SendAsync(request, allowed, Notices.Done($"The token {id} is revoked."));
            return;
        }
        var made = await tokens.CreateAsync(request, allowed, Read(form));
        await SendAsync(request, allowed, Html.From($"""
            {Notices.Done($"This is the token {made.Name}. Copy it now: it is not shown again.")}
            {ToolsView.Line(made.Token!, "Token", "secret")}
            """));
    }

    static TokenRequest Read(PageForm form)
    {
        if (!Enum.TryParse<Role>(form["role"], out var role) || $"{role}" != form["role"])
            throw new RejectedException(RejectionReason.Invalid, "The role must be Reader, Publisher or Maintainer.");
        var projects = form["projects"]?.Split(_betweenPatterns, StringSplitOptions.RemoveEmptyEntries);
        return new TokenRequest
        {
            Name = form["name"],
            Role = role,
            Projects = projects is { Length: > 0 } ? projects : null,
            ExpiresIn = form["expiresIn"],
        };
    }

    async Task SendAsync(RepositoryRequest request, TokenAccess allowed, Html message)
    {
        var page = await PageContext.CreateAsync(request);
        var made = await tokens.ListAsync(request, allowed);
        await HtmlPage.SendAsync(page, "Tokens", () => Html.From($"""
            <h1>Tokens</h1>
            {message}
            <p>Clients send a token as the password of the user <code>__token__</code>.</p>
            {Html.If(made.Length > 0, $"""
                <div class="scroll" tabindex="0" role="region" aria-label="Tokens">
                <table>
                <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Projects</th>
                <th scope="col">Made by</th><th scope="col">Until</th><td></td></tr></thead>
                <tbody>{made.Take(MaxTokens).Select(Row)}</tbody>
                </table>
                </div>
                {Html.If(made.Length > MaxTokens, $"""
                    <p>These are {MaxTokens} of {made.Length}. All are in
                    <a href="{page.Root}api/v1/tokens">the API's list</a>.</p>
                    """)}
                """)}
            <h2>Make a token</h2>
            <form method="post" class="stacked">
            <label>Name <input name="name" maxlength="{NewApiToken.MaxNameLength}"></label>
            <label>Role
            <select name="role">{Enum.GetNames<Role>().Select(Option)}</select></label>
            <label>Projects, or nothing for all <input name="projects" placeholder="acme-*"></label>
            <label>Valid for <input name="expiresIn" value="{NewApiToken.DefaultLife.ToString()}" required></label>
            <button>Make</button>
            </form>
            """));
    }

    static Html Option(string role) => Html.From($"<option>{role}</option>");

    static Html Row(TokenView token) => Html.From($"""
        <tr><td><bdi>{token.Name}</bdi></td><td>{token.Role.ToString()}</td>
        <td>{string.Join(", ", token.Projects ?? ["all"])}</td><td><bdi>{token.Owner}</bdi></td>
        <td>{PageText.Day(token.Expires)}</td>
        <td><form method="post">
        <button name="revoke" value="{token.Id}" aria-label="Revoke {token.Name}">Revoke</button></form></td></tr>

        """);
}
