namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>A row of the table of access: one sample of a route, and what each method that it supports needs.</summary>
/// <param name="Route">The name of the <see cref="Http.Route"/>, or the pattern of the endpoint.</param>
/// <param name="Path">A path that has this meaning, below <c>/team-a/</c> or, with a slash, at the host's root.</param>
/// <param name="Methods">The supported methods, whatever else is 405.</param>
sealed record RouteEntry(string Route, string Path, params IReadOnlyList<RouteMethod> Methods)
{
    /// <summary>The status of a method that is not among them.</summary>
    public int Unsupported { get; init; } = 405;

    public override string ToString() => $"{Route} {Path}";
}
