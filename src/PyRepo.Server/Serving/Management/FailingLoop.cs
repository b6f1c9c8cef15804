namespace PyRepo.Server.Serving.Management;

/// <summary>Background work that fails at the moment.</summary>
/// <param name="Loop">What it does.</param>
/// <param name="Repository">The repository that it works for. Empty if it works for the whole server.</param>
/// <param name="Message">Why it failed the last time.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Failures">How many times in a row it has failed.</param>
sealed record FailingLoop(string Loop, string Repository, string Message, DateTimeOffset Since, long Failures);
