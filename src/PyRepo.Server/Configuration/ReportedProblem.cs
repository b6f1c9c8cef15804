using PyRepo.Resources.Manifests;

namespace PyRepo.Server.Configuration;

/// <summary>A problem as <c>/status</c> reports it.</summary>
/// <param name="Reason">What kind of problem it is. Programs read this, not the message.</param>
/// <param name="Source">The file that it is in, below the folder that the operator mounts; empty if it is in none.</param>
/// <param name="Message">What is wrong, and where.</param>
sealed record ReportedProblem(ProblemReason Reason, string Source, string Message);
