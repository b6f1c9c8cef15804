using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// The message of the page to which a form leads. It is shown once: a reload neither sends the form again nor shows it.
/// It is in a sealed cookie, so that no link and no other site can plant one.
/// </summary>
/// <param name="Text">The change that was made.</param>
/// <param name="Secret">A text to copy that is not shown again, or null.</param>
sealed record PageMessage(string Text, string? Secret = null)
{
    /// <summary>Leads to a page, on which the message is shown.</summary>
    /// <param name="request">The request with the form. The repository has a key, as all have to which one signs in.</param>
    /// <param name="path">The page, relative to the base path.</param>
    public void Redirect(RepositoryRequest request, string path)
    {
        if (request.Repository.Sessions is not null)
            SessionRequest.LeaveMessage(request, Secret is null ? Text : $"{Text}\n{Secret}");
        PageForm.Redirect(request, path);
    }

    /// <summary>Shows the message on the answer to the form itself: without a key, no other page could.</summary>
    public Html Render() => Html.From($"""
        {Notices.Done(Text)}{(Secret is null ? Html.Empty : ToolsView.Line(Secret, "Token", "secret"))}
        """);

    /// <summary>Returns the message of a page, which is thereby shown; nothing if there is none.</summary>
    public static Html Take(PageContext page)
    {
        if (RequestModes.Of(page.Request.Context.Request) is RequestMode.Script
            || SessionRequest.TakeMessage(page.Request) is not { } text)
        {
            return Html.Empty;
        }
        return (text.Split('\n', 2) is [var done, var secret] ? new(done, secret) : new PageMessage(text)).Render();
    }
}
