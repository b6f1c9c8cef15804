using System.Collections.Immutable;
using System.Text.Json;

namespace PyRepo.Storage.Buckets;

/// <summary>The processes that have a part in a bucket, in the order in which they joined.</summary>
/// <param name="Generation">Changes whenever one joins.</param>
/// <param name="Members">The processes.</param>
sealed record LeaseDocument(long Generation, ImmutableArray<LeaseMember> Members)
{
    /// <summary>Thousands of processes, or something that no process wrote.</summary>
    const int MaxLength = 1 << 20;

    public static LeaseDocument Empty { get; } = new(0, []);

    /// <summary>Reads it, with its version, which is null if nobody has written it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or too long.</exception>
    public static async Task<(LeaseDocument Document, VersionTag? Version)> ReadAsync(
        BucketStore store, CancellationToken cancellationToken)
    {
        var (bytes, version) = await store.ReadAsync(BucketLease.Key, cancellationToken, MaxLength);
        return (Parse(bytes), version);
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LeaseJson.Default.LeaseDocument);

    static bool IsWhole(LeaseMember? member) => member is { Replica: not null, Incarnation: not null };

    static LeaseDocument Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return Empty;
        try
        {
            var read = JsonSerializer.Deserialize(json, LeaseJson.Default.LeaseDocument);
            return read is { Members.IsDefault: false } && read.Members.All(IsWhole)
                ? read
                : throw new JsonException("It has no members, or one without a name.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its {BucketLease.Key} is damaged: {error.Message}", error);
        }
    }
}
