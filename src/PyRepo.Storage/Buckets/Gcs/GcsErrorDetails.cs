namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>What happened.</summary>
sealed record GcsErrorDetails(string? Message, IReadOnlyList<GcsErrorReason>? Errors);
