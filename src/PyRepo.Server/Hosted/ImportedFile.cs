namespace PyRepo.Server.Hosted;

/// <summary>What became of one file of an import.</summary>
/// <param name="File">Its path.</param>
/// <param name="Rejection">Why it was not taken; null: it was, or was there already.</param>
/// <param name="WasThere">Whether the repository had it before.</param>
sealed record ImportedFile(string File, string? Rejection, bool WasThere);
