using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>The progress of a mirror, so that it resumes after a stop and asks only for what changed.</summary>
/// <remarks>Generated JSON readers set missing properties to null, regardless of the initializer.</remarks>
sealed record MirrorState
{
    /// <summary>The upstream that was mirrored.</summary>
    public string? Upstream { get; init; }

    /// <summary>
    /// The validators of upstream's list. Those of its projects that were to be mirrored are in <see cref="Projects"/>.
    /// </summary>
    public string? ListETag { get; init; }

    /// <inheritdoc cref="ListETag"/>
    public string? ListLastModified { get; init; }

    /// <summary>The versions of scope and policy for which the list was read.</summary>
    public string? ListedFor { get; init; }

    /// <summary>The projects that the scope names, and the list lacks.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    /// <summary>When everything was last mirrored, or null if it never was.</summary>
    public DateTimeOffset? LastSync { get; init; }

    /// <summary>The projects, by their normalized names.</summary>
    public ConcurrentDictionary<string, MirroredProject> Projects { get; init => field = value ?? []; } = [];

    /// <summary>Reads the state. If there is none, or it cannot be read, the mirror begins anew.</summary>
    public static async Task<MirrorState> ReadAsync(IStore store, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.MirrorState, cancellationToken);
        if (content is null)
            return new MirrorState();
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, MirrorJson.Default.MirrorState, cancellationToken)
                ?? new MirrorState();
        }
        catch (JsonException)
        {
            return new MirrorState();
        }
    }

    /// <summary>Saves the state.</summary>
    /// <exception cref="IOException">The store fails.</exception>
    public Task WriteAsync(IStore store, CancellationToken cancellationToken) => StoredDocument.WriteAsync(
        store, StorageLayout.MirrorState, this, MirrorJson.Default.MirrorState, WriteCondition.None, cancellationToken);
}

[JsonSerializable(typeof(MirrorState))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class MirrorJson : JsonSerializerContext;

/// <summary>How far a project is mirrored.</summary>
sealed record MirroredProject
{
    /// <summary>The serial with which upstream last listed it, or null if it lists none.</summary>
    public long? Listed { get; init; }

    /// <summary>Whether all its files were there after it was last mirrored.</summary>
    public bool IsComplete { get; init; }

    /// <summary>The serial that its page had then.</summary>
    public long? Serial { get; init; }

    /// <summary>The versions of the policy and the scope under which it was mirrored.</summary>
    public string? Rules { get; init; }

    /// <summary>
    /// When the policy will let more of its files through, or null if time alone does not change that.
    /// </summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// Whether nothing has changed since it was mirrored, as far as upstream's list and the time tell.
    /// </summary>
    public bool IsCurrent(string rules, DateTimeOffset now) =>
        IsComplete && Listed is not null && Serial == Listed && Rules == rules && !(ValidUntil <= now);
}
