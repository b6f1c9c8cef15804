namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>What asks for a token of a service account.</summary>
sealed record GcsImpersonation(IReadOnlyList<string> Scope);
