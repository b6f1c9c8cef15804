namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>A part of a project's page, which <c>?tab=</c> names.</summary>
enum ProjectTab
{
    /// <summary>The text that the author wrote, and what is known of the release. The page without a parameter.</summary>
    Description,

    /// <summary>All releases.</summary>
    Releases,

    /// <summary>The files of the release.</summary>
    Files,

    /// <summary>The requirements of the release.</summary>
    Dependencies,

    /// <summary>The downloads of the project.</summary>
    Statistics,

    /// <summary>The forms for Maintainers.</summary>
    Manage,
}

/// <summary>The names of tabs in URLs.</summary>
static class ProjectTabNames
{
    /// <summary>Returns the tab that a URL asks for. An unknown one is the description.</summary>
    public static ProjectTab Parse(string? name) =>
        Enum.GetValues<ProjectTab>().FirstOrDefault(tab => tab.ToName() == name);

    /// <summary>Returns the name: <c>files</c>.</summary>
    public static string ToName(this ProjectTab tab) => $"{tab}".ToLowerInvariant();
}
