namespace PyRepo.Storage;

/// <summary>An entry that a listing found, but skipped because it is not an object.</summary>
/// <param name="Name">
/// The path in the store. It may not be a valid key. The path of a folder ends with a slash.
/// </param>
/// <param name="Reason">Why it was skipped, and what to do.</param>
public sealed record SkippedEntry(string Name, string Reason);
