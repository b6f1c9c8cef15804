using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>The names of all projects in a repository.</summary>
sealed record NameList(ImmutableArray<ProjectName> Names, long Generation);
