using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A form that was refused: it is shown again with what was typed, and says what is wrong.</summary>
/// <param name="Form">The fields as they were typed.</param>
/// <param name="Problem">The reason.</param>
/// <param name="Status">The status of the answer.</param>
sealed record RefusedForm(PageForm Form, string Problem, int Status)
{
    /// <summary>
    /// Returns the form again if a failure is the form's fault, or the caller's; null if the page cannot help.
    /// </summary>
    /// <remarks>The caller of the page is known: who is not, is so in another repository.</remarks>
    public static RefusedForm? From(PageForm form, Exception error) =>
        error is RejectedException && ErrorResponse.From(error) is { Status: < 500 } refused
            ? new(form, refused.Message, refused.Status == 401 ? StatusCodes.Status403Forbidden : refused.Status)
            : null;

    /// <summary>Returns what was typed into a field of the form with an action; null for any other form.</summary>
    /// <param name="action">The value of the form's field <c>action</c>, or null if the page has one form only.</param>
    /// <param name="field">The field.</param>
    public string? Typed(string? action, string field) => Form["action"] == action ? Form.Exact(field) : null;

    /// <summary>Says what is wrong, in the form with an action.</summary>
    public Html ProblemIn(string? action) => Form["action"] == action ? Notices.Problem(Problem) : Html.Empty;
}
