using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Projects that the same members provide.</summary>
/// <param name="Members">The names of the members, outermost first.</param>
/// <param name="Projects">The projects.</param>
public sealed record MemberProjects(ImmutableArray<string> Members, ImmutableArray<ProjectName> Projects);
