using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A kind of problem, which a page of the documentation describes.</summary>
/// <param name="Anchor">Its place on that page.</param>
/// <param name="Title">The kind, in a few words.</param>
readonly record struct ProblemType(string Anchor, string Title)
{
    /// <summary>Where the documentation is.</summary>
    public const string Documentation = "https://github.com/pyrepo/pyrepo/blob/main/docs/";

    const string Page = Documentation + "errors.md#";

    /// <summary>The kind of what a rule of a policy hides.</summary>
    public static ProblemType HiddenByPolicy { get; } = new("hidden-by-policy", "Hidden by policy");

    /// <summary>Its address.</summary>
    public string Url => Page + Anchor;

    /// <summary>Returns the kind of problem that a failure is.</summary>
    public static ProblemType From(Exception error, int status) =>
        error is RejectedException { HiddenBy: not null } ? HiddenByPolicy : From(status);

    /// <summary>Returns the kind of problem that has a status.</summary>
    public static ProblemType From(int status) => status switch
    {
        400 => new("not-valid", "Not valid"),
        401 => new("not-signed-in", "Not signed in"),
        403 => new("not-allowed", "Not allowed"),
        404 => new("not-found", "Not found"),
        405 => new("not-possible-here", "Not possible here"),
        406 => new("not-available-in-this-format", "Not available in this format"),
        408 => new("too-slow", "Too slow"),
        409 => new("conflict", "Conflict"),
        410 => new("no-longer-supported", "No longer supported"),
        413 => new("too-large", "Too large"),
        429 => new("too-many-attempts", "Too many attempts"),
        503 => new("not-available-now", "Not available now"),
        507 => new("no-space-left", "No space left"),
        < 500 => new("not-valid", "Not valid"),
        _ => new("the-server-failed", "The server failed"),
    };
}
