using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// The proof that the conditional writes of a bucket's service do not work, which stays in the bucket: the next process
/// might find them to work.
/// </summary>
/// <param name="Problem">The service's behavior, as <see cref="ConditionSupport.Problem"/>.</param>
/// <param name="At">When that was found.</param>
sealed record BrokenConditions(string Problem, DateTimeOffset At)
{
    /// <summary>Its key. Whoever has replaced the service deletes the object.</summary>
    public const string Key = $"{LeaseDocument.Folder}broken-conditions.json";

    const int MaxLength = 64 * 1024;

    /// <summary>Reads it, or returns null if there is none.</summary>
    public static async Task<BrokenConditions?> FindAsync(BucketStore store, CancellationToken cancellationToken)
    {
        var (bytes, version) = await store.ReadAsync(Key, cancellationToken, MaxLength);
        if (version is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes, BrokenConditionsJson.Default.BrokenConditions)
                is { Problem: not null } read ? read : throw new JsonException("It names no problem.");
        }
        catch (JsonException)
        {
            return new("lost a change, of which the proof cannot be read", default);
        }
    }

    /// <summary>Writes it. It needs no condition, since each one proves the same.</summary>
    public Task WriteAsync(BucketStore store, CancellationToken cancellationToken) => store.PutAsync(
        Key, JsonSerializer.SerializeToUtf8Bytes(this, BrokenConditionsJson.Default.BrokenConditions),
        WriteCondition.None, cancellationToken);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BrokenConditions))]
sealed partial class BrokenConditionsJson : JsonSerializerContext;
