using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A part of a listing.</summary>
/// <param name="Items">The objects.</param>
/// <param name="NextPageToken">The token to ask for the next part with, or null if there is none.</param>
sealed record GcsObjectPage(IReadOnlyList<GcsObject>? Items, string? NextPageToken);

/// <summary>An object as the service describes it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Size">The length in bytes.</param>
/// <param name="Generation">The number of this version.</param>
/// <param name="TimeCreated">When this version was written.</param>
sealed record GcsObject(string Name, long Size, long Generation, DateTimeOffset TimeCreated)
{
    /// <summary>The fields to ask for.</summary>
    public const string Fields = "name,size,generation,timeCreated";

    /// <summary>The object of a store.</summary>
    public StoredObject ToStoredObject() =>
        new(Name, Size, GcsGeneration.ToVersion(Generation), BucketTime.Truncate(TimeCreated));
}
