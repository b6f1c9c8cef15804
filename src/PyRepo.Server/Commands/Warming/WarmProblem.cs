using PyRepo.Packaging.Names;

namespace PyRepo.Server.Commands.Warming;

/// <summary>A file that was not fetched, or differs.</summary>
/// <param name="Project">The project.</param>
/// <param name="What">The file's name, or the version whose file it is.</param>
/// <param name="Message">What is wrong.</param>
sealed record WarmProblem(ProjectName Project, string What, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What} ({Project}): {Message}";
}
