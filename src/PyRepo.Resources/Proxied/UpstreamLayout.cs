namespace PyRepo.Resources.Proxied;

/// <summary>Where an index has the links to the files of a project.</summary>
public enum UpstreamLayout
{
    /// <summary>On a page of the project's own.</summary>
    SimpleApi,

    /// <summary>On one page of all projects.</summary>
    FindLinks,
}
