using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Api;
using PyRepo.Server.Http;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Web;

/// <summary><c>tokens/</c>: the page on which a Maintainer makes, sees and revokes tokens.</summary>
sealed class TokensPage(RepositoryTokens tokens)
{
    static readonly char[] _betweenPatterns = [' ', ',', '\t', '\r', '\n'];

    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        await SendAsync(request, allowed, "");
    }

    /// <summary>Does what one of the page's forms says, and sends the page again.</summary>
    public async Task ChangeAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        var body = await RequestBody.ReadAsync(request.Context, ServerLimits.MaxTokenRequestLength)
            ?? throw new HttpStatusException(413, "The request is too long.");
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
        if (TextOf(form, "revoke") is { } id)
        {
            await tokens.RevokeAsync(request, allowed, id);
            await SendAsync(request, allowed, $"<p>The token {Html(id)} is revoked.</p>\n");
            return;
        }
        var made = await tokens.CreateAsync(request, allowed, Read(form));
        await SendAsync(
            request, allowed,
            $"<p>This is the token <b>{Html(made.Name)}</b>. Copy it now: it is not shown again.</p>\n"
            + $"<pre>{Html(made.Token!)}</pre>\n");
    }

    static TokenRequest Read(Dictionary<string, StringValues> form)
    {
        if (!Enum.TryParse<Role>(TextOf(form, "role"), out var role) || $"{role}" != TextOf(form, "role"))
            throw new HttpStatusException(400, "The role must be Reader, Publisher or Maintainer.");
        var projects = TextOf(form, "projects")?.Split(_betweenPatterns, StringSplitOptions.RemoveEmptyEntries);
        return new TokenRequest
        {
            Name = TextOf(form, "name"),
            Role = role,
            Projects = projects is { Length: > 0 } ? projects : null,
            ExpiresIn = TextOf(form, "expiresIn"),
        };
    }

    static string? TextOf(Dictionary<string, StringValues> form, string field) =>
        form.TryGetValue(field, out var values) && values.ToString().Trim() is { Length: > 0 } text ? text : null;

    async Task SendAsync(RepositoryRequest request, TokenAccess allowed, string message)
    {
        var page = new StringBuilder($"""
            <h1>Tokens of {Html(request.Repository.Name)}</h1>
            {message}<table>
            <tr><th>Name</th><th>Role</th><th>Projects</th><th>Made by</th><th>Until</th><th></th></tr>

            """);
        foreach (var token in await tokens.ListAsync(request, allowed))
        {
            page.Append($"""
                <tr><td>{Html(token.Name)}</td><td>{token.Role}</td>
                <td>{Html(string.Join(", ", token.Projects ?? ["all"]))}</td><td>{Html(token.Owner ?? "")}</td>
                <td>{token.Expires:yyyy-MM-dd}</td>
                <td><form method="post"><button name="revoke" value="{Html(token.Id)}">Revoke</button></form></td></tr>

                """);
        }
        page.Append($"""
            </table>
            <h2>Make a token</h2>
            <form method="post">
            <label>Name <input name="name" maxlength="{NewApiToken.MaxNameLength}"></label>
            <label>Role <select name="role">{Options()}</select></label>
            <label>Projects <input name="projects" placeholder="acme-*"> (empty: all)</label>
            <label>Valid for <input name="expiresIn" value="{NewApiToken.DefaultLife}" required></label>
            <button>Make</button>
            </form>
            <p>Clients send a token as the password of the user <code>__token__</code>.</p>

            """);
        await HtmlPage.SendAsync(request.Context, $"Tokens of {Html(request.Repository.Name)}", page.ToString());
    }

    static string Options() => string.Concat(Enum.GetNames<Role>().Select(role => $"<option>{role}</option>"));

    static string Html(string text) => WebUtility.HtmlEncode(text);
}
