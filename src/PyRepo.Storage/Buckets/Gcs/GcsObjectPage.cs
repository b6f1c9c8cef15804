namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A part of a listing.</summary>
/// <param name="Items">The objects.</param>
/// <param name="NextPageToken">What to ask for the next part with, or null if there is none.</param>
sealed record GcsObjectPage(IReadOnlyList<GcsObject>? Items, string? NextPageToken);
