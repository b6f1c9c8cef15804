using System.Collections.Immutable;
using System.Text.Json;

namespace PyRepo.Storage.Buckets;

/// <summary>The processes that have a part in a bucket, in the order in which they joined.</summary>
/// <param name="Generation">Changes whenever one joins.</param>
/// <param name="Members">The processes.</param>
sealed record LeaseDocument(long Generation, ImmutableArray<LeaseMember> Members)
{
    public static LeaseDocument Empty { get; } = new(0, []);

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static LeaseDocument Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return Empty;
        try
        {
            var read = JsonSerializer.Deserialize(json, LeaseJson.Default.LeaseDocument);
            return read is { Members.IsDefault: false } ? read : throw new JsonException("It has no members.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its {BucketLease.Key} is damaged: {error.Message}", error);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LeaseJson.Default.LeaseDocument);
}
