using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Retention;

/// <summary>A release that no rule keeps.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Files">The names of its files.</param>
/// <param name="Locations">Where their bytes are: other bytes of the same name are elsewhere.</param>
/// <param name="Size">Their size in bytes.</param>
/// <param name="Reason">Why no rule keeps it, as people read it.</param>
sealed record ExpiredRelease(
    ProjectName Project, string Version, ImmutableArray<string> Files, ImmutableArray<string> Locations, long Size,
    string Reason);
