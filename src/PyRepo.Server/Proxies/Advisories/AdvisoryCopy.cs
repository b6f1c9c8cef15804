using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Advisories;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>The last good copy of a database, in the store. Replicas that share a bucket may write it at once: each
/// writes a good one.</summary>
/// <param name="store">The store.</param>
/// <param name="source">The source's fingerprint. The copies of other sources are not used.</param>
sealed class AdvisoryCopy(IStore store, string source)
{
    readonly string _key = StorageLayout.Advisories(source);
    readonly string _metadataKey = StorageLayout.AdvisoriesMetadata(source);

    /// <summary>Reads the copy, or returns null if there is none.</summary>
    /// <exception cref="InvalidDataException">The copy is broken.</exception>
    public async Task<(AdvisoryDatabase Database, AdvisoryCopyMetadata Metadata)?> ReadAsync(
        CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(_key, cancellationToken);
        if (content is null)
            return null;
        using var local = await content.CopyToLocalAsync(cancellationToken);
        await using var file = local.OpenRead();
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        file.Position = 0;
        var database = AdvisoryDatabase.Read(file, cancellationToken);
        var metadata = await ReadMetadataAsync(cancellationToken);
        return (database, metadata?.Sha256 == sha256 ? metadata : new AdvisoryCopyMetadata(sha256, null, null));
    }

    /// <summary>Makes staged bytes the copy.</summary>
    public async Task CommitAsync(
        StagedObject staged, AdvisoryCopyMetadata metadata, CancellationToken cancellationToken)
    {
        await store.CommitAsync(staged, _key, WriteCondition.None, cancellationToken);
        await CommitMetadataAsync(metadata, cancellationToken);
        await foreach (var found in store.ListAsync(StorageLayout.AdvisoriesFolder, null, cancellationToken))
        {
            if (found.Key != _key && found.Key != _metadataKey)
                await store.DeleteAsync(found.Key, cancellationToken);
        }
    }

    /// <summary>Saves what is known about the copy.</summary>
    public Task CommitMetadataAsync(AdvisoryCopyMetadata metadata, CancellationToken cancellationToken) =>
        StoredDocument.WriteAsync(
            store, _metadataKey, metadata, AdvisoryCopyJson.Default.AdvisoryCopyMetadata, WriteCondition.None,
            cancellationToken);

    async Task<AdvisoryCopyMetadata?> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(_metadataKey, cancellationToken);
        if (content is null)
            return null;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(
                stream, AdvisoryCopyJson.Default.AdvisoryCopyMetadata, cancellationToken);
        }
        catch (JsonException)
        {
            return null; // The database is then fetched once more.
        }
    }
}

/// <summary>The metadata of the copy of a database in the store.</summary>
/// <param name="Sha256">The digest of the copy. The rest is about another copy if the digest is not this one's.</param>
/// <param name="ETag">The tag by which the source recognizes it.</param>
/// <param name="LastModified">When the source says that it last changed.</param>
sealed record AdvisoryCopyMetadata(
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("etag")] string? ETag,
    [property: JsonPropertyName("last-modified")] string? LastModified)
{
    /// <summary>By which the source recognizes the copy.</summary>
    [JsonIgnore]
    public PageValidators Validators => new(ETag, LastModified);
}

[JsonSerializable(typeof(AdvisoryCopyMetadata))]
sealed partial class AdvisoryCopyJson : JsonSerializerContext;
