namespace PyRepo.Packaging.Simple;

/// <summary>A project's page of the simple repository API.</summary>
public sealed record ProjectPage
{
    /// <summary>The api-version that this library writes.</summary>
    public const string CurrentApiVersion = "1.4";

    /// <summary>What a page is taken for that declares no version (PEP 629).</summary>
    public const string UndeclaredApiVersion = Simple.ApiVersion.Undeclared;

    /// <summary>The project's name, normalised where we write it, as given where we read it.</summary>
    public required string Name { get; init; }

    /// <summary>The project's status (PEP 792).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>Why it has that status, for people; or null.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The versions as the page lists them (PEP 700); empty where it does not.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>The files in the page's order.</summary>
    public IReadOnlyList<PageFile> Files { get; init; } = [];

    /// <summary>PyPI's serial, <c>_last-serial</c>; or null.</summary>
    public long? LastSerial { get; init; }

    /// <summary>The api-version of a page that was read.</summary>
    public string ApiVersion { get; init; } = CurrentApiVersion;
}
