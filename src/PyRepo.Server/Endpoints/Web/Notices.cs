using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The notices of a page, besides its content.</summary>
static class Notices
{
    /// <summary>Says that projects may be missing, and why.</summary>
    public static Html Incomplete(Catalog catalog) => Html.If(
        catalog.Incomplete is not null,
        $"""<p class="notice warn" role="status">Some projects may be missing here. {catalog.Incomplete}</p>""");

    /// <summary>Says that something was done.</summary>
    public static Html Done(string? text) =>
        Html.If(text is not null, $"""<p class="notice good" role="status">{text}</p>""");

    /// <summary>Says that something is wrong.</summary>
    public static Html Problem(string? text) =>
        Html.If(text is not null, $"""<p class="notice bad" role="alert">{text}</p>""");
}
