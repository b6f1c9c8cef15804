namespace PyRepo.Packaging.Simple;

/// <summary>A project's status marker (PEP 792).</summary>
public enum ProjectStatus
{
    /// <summary>Uploads and downloads.</summary>
    Active,

    /// <summary>Downloads only.</summary>
    Archived,

    /// <summary>Neither: considered harmful.</summary>
    Quarantined,

    /// <summary>As active, but users should look for something else.</summary>
    Deprecated,
}
