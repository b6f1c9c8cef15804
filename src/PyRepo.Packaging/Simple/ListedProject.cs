namespace PyRepo.Packaging.Simple;

/// <summary>One entry of a <see cref="ProjectList"/>.</summary>
/// <param name="Name">The display name, in the project's own spelling.</param>
/// <param name="LastSerial">PyPI's serial of the project, or null.</param>
public readonly record struct ListedProject(string Name, long? LastSerial = null);
