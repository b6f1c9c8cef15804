using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

/// <summary>One file, as a URL names it.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The file's name, to the letter.</param>
/// <param name="HashPrefix">The first 16 hexadecimal digits of its SHA-256, where the URL has them.</param>
/// <param name="Kind">Which bytes.</param>
public sealed record FileRequest(ProjectName Project, string FileName, string? HashPrefix, FileContentKind Kind)
{
    /// <summary>
    /// What this repository has just answered for the project; null: it was not asked. A repository on another server is
    /// then not asked for the page again.
    /// </summary>
    public ProjectAnswer.Known? Answer { get; init; }

    /// <summary>Whether all bytes will be read from the first on, so that a repository on another server may send them at once.</summary>
    public bool IsForAllBytes { get; init; }
}
