using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

/// <summary>One file, as a URL names it.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The file's name, to the letter.</param>
/// <param name="HashPrefix">The first 16 hexadecimal digits of its SHA-256, where the URL has them.</param>
/// <param name="Kind">Which bytes.</param>
public sealed record FileRequest(ProjectName Project, string FileName, string? HashPrefix, FileContentKind Kind);
