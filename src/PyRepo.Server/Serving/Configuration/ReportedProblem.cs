using PyRepo.Resources.Problems;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>A problem as <c>/status</c> reports it.</summary>
/// <param name="Reason">What kind of problem it is. Programs read this, not the message.</param>
/// <param name="Source">
/// The file with the problem, relative to the folder that the operator mounts. Empty if no file has it.
/// </param>
/// <param name="Message">What is wrong, and where.</param>
sealed record ReportedProblem(ProblemReason Reason, string Source, string Message);
