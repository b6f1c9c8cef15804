namespace PyRepo.Server.Content.Statistics;

/// <summary>What was sent to the store. If its answer is lost, the next reading shows whether it was stored.</summary>
/// <param name="Digest">The SHA-256 of the bytes.</param>
/// <param name="Rows">The rows in them.</param>
sealed record WriteAttempt(string Digest, List<KeyValuePair<DownloadKey, long>> Rows);
