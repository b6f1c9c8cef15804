namespace PyRepo.Packaging.Simple;

/// <summary>The list of an index's projects
/// (<see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/#project-list">project
/// list</see>).</summary>
public sealed record ProjectList
{
    /// <summary>The projects in the list's order.</summary>
    public IReadOnlyList<ListedProject> Projects { get; init; } = [];

    /// <summary>PyPI's serial of the whole list, <c>_last-serial</c>; or null.</summary>
    public long? LastSerial { get; init; }

    /// <summary>The API version of the list.</summary>
    public string ApiVersion { get; init; } = ProjectDetail.CurrentApiVersion;

    /// <summary>Whether what was read can only be a list: it declares its API version or, as older indexes send it, has
    /// a project. A login form or a front page does neither.</summary>
    public bool IsRecognized { get; init; } = true;
}
