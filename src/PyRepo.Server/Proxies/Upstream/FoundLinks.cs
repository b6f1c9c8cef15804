using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// The links of one page to files of many projects, as pip reads it with
/// <see href="https://pip.pypa.io/en/stable/cli/pip_wheel/#cmdoption-f"><c>--find-links</c></see>.
/// </summary>
/// <param name="Projects">The files of each project, in the page's order.</param>
sealed record FoundLinks(IReadOnlyDictionary<ProjectName, ImmutableArray<PageFile>> Projects)
{
    /// <summary>The approximate memory of a file without its texts, in bytes.</summary>
    const int WeightOfFile = 400;

    /// <summary>The approximate memory, in bytes.</summary>
    public long Weight { get; } = 1000 + Projects.Values.Sum(
        files => 200 + files.Sum(f => WeightOfFile + (2L * (f.FileName.Length + f.Url.Length))));

    /// <summary>
    /// Sorts the files of a page by their projects. Links that are not to distributions are left out.
    /// </summary>
    public static FoundLinks From(ProjectDetail page)
    {
        var projects = new Dictionary<ProjectName, ImmutableArray<PageFile>.Builder>();
        foreach (var file in page.Files)
        {
            // A file belongs to one project: the last dash before a valid version separates name and version.
            if (!DistributionFileName.TryParse(file.FileName, out var name) || name.Version is null)
                continue;
            if (!projects.TryGetValue(name.Project, out var files))
                projects[name.Project] = files = ImmutableArray.CreateBuilder<PageFile>();
            files.Add(file);
        }
        return new FoundLinks(projects.ToDictionary(p => p.Key, p => p.Value.ToImmutable()));
    }

    /// <summary>Returns the page of a project, or null if no link is to one of its files.</summary>
    public ProjectDetail? GetPage(ProjectName project) => Projects.TryGetValue(project, out var files)
        ? new ProjectDetail { Name = project.Value, Files = files }
        : null;

    /// <summary>Returns the list of projects.</summary>
    public ProjectList ToList() => new() { Projects = [.. Projects.Keys.Select(p => new ListedProject(p.Value))] };
}
