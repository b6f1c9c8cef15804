namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>One of the reasons of an error.</summary>
sealed record GcsErrorReason(string? Reason);
