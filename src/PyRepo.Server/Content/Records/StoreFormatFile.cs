using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Reads and writes <c>format.json</c>, which says whose a store is.</summary>
static class StoreFormatFile
{
    const int MaxAttempts = 8;

    /// <summary>Makes sure that a store belongs to an owner. An empty one does from then on.</summary>
    /// <param name="store">The store.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="takesOver">
    /// The former owner, as <c>NAMESPACE/NAME</c>, from which it may be taken over; null if from nobody.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The features that this server does not know. If there are any, it must write nothing.</returns>
    /// <exception cref="InvalidDataException">It belongs to somebody else, or to a newer server.</exception>
    public static async Task<IReadOnlyList<string>> ClaimAsync(
        IStore store, StoreFormat owner, string? takesOver, CancellationToken cancellationToken)
    {
        for (var again = true; ; again = false)
        {
            var (found, version) = await ReadAsync(store, cancellationToken);
            var condition = version is { } known ? WriteCondition.Match(known) : WriteCondition.Absent;
            var isToBeWritten = found is null || IsToBeWritten(found, owner, takesOver, store.Traits.IsLocal);
            var unknown = found is null ? [] : StoreFeature.UnknownIn(found);
            if (!isToBeWritten || unknown.Count > 0)
                return unknown;
            try
            {
                await WriteAsync(store, owner with { Features = found?.Features }, condition, cancellationToken);
                return [];
            }
            catch (PreconditionFailedException) when (again)
            {
                // Another replica wrote it at the same time.
            }
        }
    }

    /// <summary>Notes that a store has something that a server must know of, before it is written.</summary>
    public static async Task AddFeatureAsync(IStore store, string feature, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (found, version) = await ReadAsync(store, cancellationToken);
            if (found is null || found.Features?.Contains(feature) is true)
                return;
            var features = (found.Features ?? []).Append(feature).Order(StringComparer.Ordinal);
            try
            {
                await WriteAsync(
                    store, found with { Features = [.. features] }, WriteCondition.Match(version!.Value),
                    cancellationToken);
                return;
            }
            catch (PreconditionFailedException) when (attempt < MaxAttempts)
            {
                // Another replica wrote it at the same time.
            }
        }
    }

    /// <summary>
    /// Checks whether an owner may use a store, and writes nothing. Returns whether the store says whose it is.
    /// </summary>
    /// <inheritdoc cref="ClaimAsync"/>
    public static async Task<bool> CheckAsync(
        IStore store, StoreFormat owner, string? takesOver, CancellationToken cancellationToken)
    {
        if ((await ReadAsync(store, cancellationToken)).Format is not { } found)
            return false;
        _ = IsToBeWritten(found, owner, takesOver, store.Traits.IsLocal);
        return true;
    }

    /// <summary>Reads the format, or returns null if the store has none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Task<(StoreFormat? Format, VersionTag? Version)> ReadAsync(
        IStore store, CancellationToken cancellationToken) => ReadAsync(store, StorageLayout.Format, cancellationToken);

    /// <summary>
    /// Finds the owner of another store below a folder of this one, or returns null if there is none.
    /// </summary>
    public static async Task<StoreFormat?> FindBelowAsync(IStore store, CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync("", StorageLayout.IsFolder, static _ => { }, cancellationToken))
        {
            if (!StorageLayout.IsFormatBelow(found.Key))
                continue;
            try
            {
                var (other, _) = await ReadAsync(store, found.Key, cancellationToken);
                if (other is { Kind: not null, Name: not null })
                    return other;
            }
            catch (InvalidDataException)
            {
                // It is something else.
            }
        }
        return null;
    }

    static async Task<(StoreFormat? Format, VersionTag? Version)> ReadAsync(
        IStore store, string key, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null)
            return (null, null);
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        try
        {
            var read = await JsonSerializer.DeserializeAsync(stream, RecordJson.Default.StoreFormat, cancellationToken)
                ?? throw new JsonException("It is null.");
            return (read, content.Object.Version);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its {key} is damaged: {error.Message}", error);
        }
    }

    /// <summary>Decides whether a found store is to be marked as the owner's. Throws if it may not be used.</summary>
    static bool IsToBeWritten(StoreFormat found, StoreFormat owner, string? takesOver, bool isLocal)
    {
        if (found.Version > StorageLayout.Version)
        {
            throw new InvalidDataException(
                $"its layout is version {found.Version}, but this server supports only version "
                + $"{StorageLayout.Version}; use a newer server");
        }
        if (found.Kind != owner.Kind)
            throw new InvalidDataException($"it belongs to the {found.Owner}, but this is a {owner.Kind}");
        if ((found.Namespace, found.Name) == (owner.Namespace, owner.Name))
            return false;
        // Whoever chose the folder gave it to the owner.
        if (isLocal && owner.Namespace is null)
            return found.Name != owner.Name;
        if (found.Namespace is null && owner.Namespace is not null && (!isLocal || found.Name == owner.Name))
            return true;
        // The resources that can name a volume are of its namespace.
        var former = $"{found.Namespace ?? owner.Namespace}/{found.Name}";
        if (takesOver == former)
            return true;
        throw new InvalidDataException(
            $"it belongs to the {found.Owner}; choose another {(isLocal ? "claim" : "bucket or prefix")}, or take its "
            + $"data over with the annotation pyrepo.dev/take-over: {former}");
    }

    static async Task WriteAsync(
        IStore store, StoreFormat format, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var staged = await store.StageAsync(null, cancellationToken);
        await staged.AppendAsync(
            JsonSerializer.SerializeToUtf8Bytes(format, RecordJson.Default.StoreFormat), cancellationToken);
        await store.CommitAsync(staged, StorageLayout.Format, condition, cancellationToken);
    }
}

/// <summary>The owner and the layout version of a store, as saved in <c>format.json</c>.</summary>
/// <param name="Version">The version of <see cref="StorageLayout"/>.</param>
/// <param name="Kind">The kind of the owner.</param>
/// <param name="Namespace">
/// The namespace of the owner. Null if the store was made on a laptop, or is a volume that the operator made: a bucket
/// then belongs to nobody.
/// </param>
/// <param name="Name">The name of the owner.</param>
sealed record StoreFormat(int Version, string Kind, string? Namespace, string Name)
{
    /// <summary>The features that a server must know to write to it, or null; see <see cref="StoreFeature"/>.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>The owner, for messages.</summary>
    [JsonIgnore]
    public string Owner => Namespace is null ? $"{Kind} '{Name}'" : $"{Kind} '{Namespace}/{Name}'";
}
