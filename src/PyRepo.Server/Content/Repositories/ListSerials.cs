using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>The serials of the projects on a list, by which mirrors find out what changed.</summary>
/// <remarks>
/// A mirror remembers the highest serial of a list, and later asks for the projects with a higher one. So whatever
/// changes after the list was made gets a serial above all of them.
/// </remarks>
/// <param name="Version">Equal versions mean equal serials.</param>
/// <param name="Find">Finds the serial of a project. A project without one has no record that could be read.</param>
public sealed record ListSerials(string Version, Func<ProjectName, long?> Find);
