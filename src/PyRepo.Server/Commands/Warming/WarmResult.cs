namespace PyRepo.Server.Commands.Warming;

/// <summary>What was fetched.</summary>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Problems">What was not fetched, or differs, by project.</param>
sealed record WarmResult(int Files, long Bytes, IReadOnlyList<WarmProblem> Problems);
