namespace PyRepo.Server.Serving.Moving;

/// <summary>The outcome of one file of an import.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Rejection">Why the file was not imported, or null if it was imported or was already there.</param>
/// <param name="WasThere">Whether the repository already had the file.</param>
sealed record ImportedFile(string File, string? Rejection, bool WasThere);
