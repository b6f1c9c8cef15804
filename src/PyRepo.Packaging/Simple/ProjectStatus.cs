namespace PyRepo.Packaging.Simple;

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
