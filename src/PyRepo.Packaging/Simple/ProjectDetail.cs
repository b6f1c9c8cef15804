namespace PyRepo.Packaging.Simple;

/// <summary>The page of a project in the
/// <see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple repository
/// API</see>.</summary>
public sealed record ProjectDetail
{
    /// <summary>The API version that is written.</summary>
    public const string CurrentApiVersion = "1.4";

    /// <summary>The API version of a page that declares none (<see href="https://peps.python.org/pep-0629/">PEP
    /// 629</see>).</summary>
    public const string UndeclaredApiVersion = Simple.ApiVersion.Undeclared;

    /// <summary>The project's name: normalized on pages that are written, and as received on pages that are
    /// read.</summary>
    public required string Name { get; init; }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>The human-readable reason for the status, or null.</summary>
    public string? StatusReason
    {
        get;
        init => field = ShortText.Shorten(value);
    }

    /// <summary>The versions that the page lists (<see href="https://peps.python.org/pep-0700/">PEP 700</see>); empty
    /// if it lists none.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>The files in the page's order.</summary>
    public IReadOnlyList<PageFile> Files { get; init; } = [];

    /// <summary>PyPI's serial, <c>_last-serial</c>; or null.</summary>
    public long? LastSerial { get; init; }

    /// <summary>The API version of the page.</summary>
    public string ApiVersion { get; init; } = CurrentApiVersion;
}

/// <summary>A project's status marker (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
public enum ProjectStatus
{
    /// <summary>Uploads and downloads are allowed.</summary>
    Active,

    /// <summary>Only downloads are allowed.</summary>
    Archived,

    /// <summary>Neither is allowed: the project is considered harmful.</summary>
    Quarantined,

    /// <summary>Like active, but users should look for an alternative.</summary>
    Deprecated,
}
