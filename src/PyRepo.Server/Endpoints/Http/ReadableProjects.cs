using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Removes the projects that the caller may not read from a list of projects.</summary>
static class ReadableProjects
{
    /// <summary>Returns the projects that every contributing repository allows the caller to read.</summary>
    public static ImmutableArray<ProjectName> Filter(ProjectListAnswer.Known known, RequestAccess access)
    {
        if (known.ByMember.IsEmpty)
            return [.. known.Projects.Where(p => access.Decide(AccessAction.Read, p, []).IsAllowed)];
        var denied = new HashSet<ProjectName>();
        foreach (var (members, projects) in known.ByMember)
            denied.UnionWith(
                projects.Where(p => !access.Decide(AccessAction.Read, p, members).IsAllowed));
        return [.. known.Projects.Where(p => !denied.Contains(p))];
    }
}
