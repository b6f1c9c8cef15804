namespace PyRepo.Server.Content.Archives;

/// <summary>A module of a wheel that belongs to another project.</summary>
/// <param name="Module">The module.</param>
/// <param name="Project">The project.</param>
sealed record ForeignModule(string Module, string Project);
