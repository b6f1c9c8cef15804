using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>The bytes of a distribution in the store.</summary>
/// <param name="Key">The key of its bytes.</param>
/// <param name="HasProvenance">Whether its provenance lies beside them.</param>
readonly record struct StoredBytes(string Key, bool HasProvenance)
{
    /// <summary>Returns what the store has of a file that a record names.</summary>
    public static StoredBytes From(Distribution file) => new(file.Location, file.Provenance is not null);
}
