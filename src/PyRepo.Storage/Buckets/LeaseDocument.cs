using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets;

/// <summary>The processes that have a part in a bucket, in the order in which they joined.</summary>
/// <param name="Generation">Changes whenever one joins.</param>
/// <param name="Members">The processes.</param>
sealed record LeaseDocument(long Generation, ImmutableArray<LeaseMember> Members)
{
    /// <summary>
    /// Changes whenever a member that was writing is so no longer: others then compare what they know with the bucket.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Writes { get; init; }

    /// <summary>
    /// Changes whenever a member is gone that may have been writing: what it sent last may still arrive, and nobody says
    /// so any more.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Departures { get; init; }

    /// <summary>Whether the store has been used: then it has a format, unless somebody removed it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Used { get; init; }

    /// <summary>Whether the store has had records: then it has some, unless somebody removed them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasRecords { get; init; }

    /// <summary>The folder of leases, and of what is written to try the bucket.</summary>
    public const string Folder = "leases/";

    /// <summary>Its key.</summary>
    public const string Key = $"{Folder}replicas.json";

    /// <summary>Thousands of processes, or something that no process wrote.</summary>
    const int MaxLength = 1 << 20;

    /// <summary>How long a process may be silent before the others take it for dead.</summary>
    public static TimeSpan Expiry { get; } = TimeSpan.FromSeconds(20);

    public static LeaseDocument Empty { get; } = new(0, []);

    /// <summary>Reads it, with its version, which is null if nobody has written it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or too long.</exception>
    public static async Task<(LeaseDocument Document, VersionTag? Version)> ReadAsync(
        IStore store, CancellationToken cancellationToken)
    {
        var (document, version, _) = await ReadWithTimeAsync(store, cancellationToken);
        return (document, version);
    }

    /// <summary>Reads it, with its version, and when it was written by the clock of the service.</summary>
    /// <inheritdoc cref="ReadAsync(IStore, CancellationToken)"/>
    public static async Task<(LeaseDocument Document, VersionTag? Version, DateTimeOffset WrittenAt)>
        ReadWithTimeAsync(IStore store, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(Key, cancellationToken);
        var (bytes, version) = await SmallObject.ReadAsync(content, MaxLength, cancellationToken);
        return (Parse(bytes), version, content?.Object.LastModified ?? default);
    }

    /// <summary>Reads it from an object's content, which is disposed. There is none if nobody has written it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or too long.</exception>
    public static async Task<(LeaseDocument Document, VersionTag? Version)> ReadAsync(
        StoredContent? content, CancellationToken cancellationToken)
    {
        var (bytes, version) = await SmallObject.ReadAsync(content, MaxLength, cancellationToken);
        return (Parse(bytes), version);
    }

    /// <summary>Returns the document with other members, which counts the writes that have ended with that.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="members">The members.</param>
    /// <param name="mayArrive">Whether one is gone whose last writes may still arrive.</param>
    public LeaseDocument With(long generation, ImmutableArray<LeaseMember> members, bool mayArrive)
    {
        var writing = members.Where(m => m.Writing).Select(m => m.Incarnation).ToHashSet(StringComparer.Ordinal);
        var hasEnded = Members.Any(m => m.Writing && !writing.Contains(m.Incarnation));
        return new(generation, members)
        {
            Writes = Writes + (hasEnded ? 1 : 0),
            Departures = Departures + (mayArrive ? 1 : 0),
            Used = Used,
            HasRecords = HasRecords,
        };
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
            throw new InvalidDataException($"its {Key} is damaged: {error.Message}", error);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LeaseDocument))]
sealed partial class LeaseJson : JsonSerializerContext;

/// <summary>A process that has a part in a bucket.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Incarnation">Another one after each start. It tells the members apart.</param>
/// <param name="Counter">Changes with each renewal. Clocks are not compared.</param>
/// <param name="Seen">The last generation that it knows.</param>
/// <param name="Joined">The generation in which it joined.</param>
sealed record LeaseMember(string Replica, string Incarnation, long Counter, long Seen, long Joined)
{
    /// <summary>Whether it copies a repository to the bucket, so that no server may use it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Copying { get; init; }

    /// <summary>
    /// Whether it says here that it is writing, and waits for <see cref="WriteAnnouncements.Notice"/>, before it writes.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesNotice { get; init; }

    /// <summary>Whether it may be writing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Writing { get; init; }
}
