namespace PyRepo.Packaging.Simple;

/// <summary>The list of an index's projects.</summary>
public sealed record ProjectList
{
    /// <summary>The projects in the list's order.</summary>
    public IReadOnlyList<ListedProject> Projects { get; init; } = [];

    /// <summary>PyPI's serial of the whole list, <c>_last-serial</c>; or null.</summary>
    public long? LastSerial { get; init; }

    /// <summary>The api-version of a list that was read.</summary>
    public string ApiVersion { get; init; } = ProjectPage.CurrentApiVersion;
}
