using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>A method of a route: what it needs, and the status when that is allowed.</summary>
/// <param name="Names">GET, or several with spaces.</param>
/// <param name="Needs">What it needs, or null if anybody may.</param>
/// <param name="Project">The project that it concerns, or null for any.</param>
/// <param name="Status">The status when it is allowed.</param>
sealed record RouteMethod(string Names, AccessAction? Needs, string? Project, int Status)
{
    /// <summary>Whether only users and ServiceAccounts may, and no token.</summary>
    public bool IsForPeople { get; init; }

    /// <summary>The status for the server of a group, if that is another one.</summary>
    public int? StatusForGroups { get; init; }

    /// <summary>The project whose wheel is the body, if the request uploads one.</summary>
    public string? Uploads { get; init; }

    /// <summary>What is sent otherwise.</summary>
    public string? Body { get; init; }

    /// <summary>The status for the server of a group whose caller may do this with all projects, if it differs.</summary>
    public int? StatusForWholeGroups { get; init; }
}
