using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

/// <summary>Projects for which the same members answer.</summary>
/// <param name="Members">The names of the members, the outermost first.</param>
/// <param name="Projects">The projects.</param>
public sealed record MemberProjects(ImmutableArray<string> Members, ImmutableArray<ProjectName> Projects);
