using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Writes small JSON documents to a store.</summary>
static class StoredDocument
{
    /// <summary>Writes a document as one object.</summary>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    public static async Task WriteAsync<T>(
        IStore store, string key, T document, JsonTypeInfo<T> type, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, type);
        await using var staged = await store.StageAsync(bytes.Length, cancellationToken);
        await staged.AppendAsync(bytes, cancellationToken);
        await store.CommitAsync(staged, key, condition, cancellationToken);
    }
}
