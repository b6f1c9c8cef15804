using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>tokens/</c>: the page on which a Maintainer makes, sees and revokes tokens.</summary>
sealed class TokensPage(RepositoryTokens tokens)
{
    /// <summary>The tokens that are listed at once. <c>api/v1/tokens</c> lists all.</summary>
    const int MaxTokens = 500;

    static readonly char[] _betweenPatterns = [' ', ',', '\t', '\r', '\n'];

    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request) =>
        await SendAsync(request, await RepositoryTokens.AuthorizeAsync(request), refused: null, Html.Empty);

    /// <summary>Does what one of the page's forms says, and leads back to the page, or shows the form again.</summary>
    public async Task ChangeAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        var form = await PageForm.ReadAsync(request);
        try
        {
            var done = await ChangeAsync(request, allowed, form);
            if (request.Repository.Sessions is null)
                await SendAsync(request, allowed, refused: null, done.Render());
            else
                done.Redirect(request, "tokens/");
        }
        catch (Exception error) when (RefusedForm.From(form, error) is { } refused)
        {
            await SendAsync(request, allowed, refused, Html.Empty);
        }
    }

    async Task<PageMessage> ChangeAsync(RepositoryRequest request, TokenAccess allowed, PageForm form)
    {
        if (form["revoke"] is { } id)
        {
            await tokens.RevokeAsync(request, allowed, id);
            return new($"The token {id} is revoked.");
        }
        var made = await tokens.CreateAsync(request, allowed, Read(form));
        return new($"This is the token {made.Name}. Copy it now: it is not shown again.", made.Token);
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

    async Task SendAsync(RepositoryRequest request, TokenAccess allowed, RefusedForm? refused, Html message)
    {
        var page = await PageContext.CreateAsync(request);
        var made = await tokens.ListAsync(request, allowed);
        await HtmlPage.SendAsync(page, "Tokens", () => Html.From($"""
            {message}
            <h1>Tokens</h1>
            <p class="lead">Clients send a token as the password of the user <code>__token__</code>.</p>
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
            <h2>Create a token</h2>
            {refused?.ProblemIn(null) ?? Html.Empty}
            {Form(page, refused)}
            """),
            refused?.Status ?? StatusCodes.Status200OK);
    }

    static Html Form(PageContext page, RefusedForm? refused) => Html.From($"""
        <form method="post" class="stacked">
        <div class="field"><label for="name">Name</label>
        <p class="help">What the token is for, so that you know which one to revoke.</p>
        <input id="name" name="name" maxlength="{NewApiToken.MaxNameLength}" value="{refused?.Typed(null, "name")}"></div>
        <div class="field"><label for="role">Role</label>
        <p class="help">A Reader installs, a Publisher also uploads, a Maintainer also yanks and deletes. A token never
        allows more than its owner may do.</p>
        <select id="role" name="role">
        {Enum.GetValues<Role>().Where(role => MayGive(page, role))
            .Select(role => Option($"{role}", refused?.Typed(null, "role")))}</select></div>
        <div class="field"><label for="projects">Projects</label>
        <p class="help">Names or patterns, such as <code>acme-*</code>. All projects if you leave it empty.</p>
        <input id="projects" name="projects" value="{refused?.Typed(null, "projects")}"></div>
        <div class="field"><label for="expiresIn">Valid for</label>
        <p class="help">Such as <code>90d</code> or <code>12h</code>.</p>
        <input id="expiresIn" name="expiresIn" required
        value="{refused?.Typed(null, "expiresIn") ?? NewApiToken.DefaultLife.ToString()}"></div>
        <button>Create token</button>
        </form>
        """);

    static bool MayGive(PageContext page, Role role) => page.Access.Decide(
        role switch
        {
            Role.Reader => AccessAction.Read,
            Role.Publisher => AccessAction.Upload,
            Role.Maintainer => AccessAction.Maintain,
            _ => AccessAction.Audit,
        }, null, []).IsAllowed;

    static Html Option(string role, string? chosen) =>
        Html.From($"<option{Html.If(role == chosen, $" selected")}>{role}</option>");

    static Html Row(TokenView token) => Html.From($"""
        <tr><td><bdi>{token.Name}</bdi></td><td>{token.Role.ToString()}</td>
        <td>{string.Join(", ", token.Projects ?? ["all"])}</td><td><bdi>{token.Owner}</bdi></td>
        <td>{PageText.Day(token.Expires)}</td>
        <td><form method="post">
        <button class="danger" name="revoke" value="{token.Id}" aria-label="Revoke {token.Name}">Revoke token</button></form></td></tr>

        """);
}
