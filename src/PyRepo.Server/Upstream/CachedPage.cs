using System.Buffers;
using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>What is known of a project of upstream's, and outlives restarts and evictions.</summary>
/// <param name="Page">Its page; null: upstream said that there is no such project.</param>
/// <param name="Metadata">When and how it was learnt.</param>
sealed record CachedPage(ProjectPage? Page, CachedPageMetadata Metadata)
{
    /// <summary>Reads what was kept; null when nothing was, or when it can't be read any more.</summary>
    public static async Task<CachedPage?> ReadAsync(IStore store, ProjectName project, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.UpstreamPage(project), cancellationToken);
        if (content is null)
            return null;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        using var reader = new StreamReader(stream, leaveOpen: true);
        try
        {
            // The first line holds the facts, the rest the page as the Simple API writes it.
            var line = await reader.ReadLineAsync(cancellationToken) ?? "";
            var facts = JsonSerializer.Deserialize(line, CachedPageJson.Default.CachedPageMetadata)!;
            if (facts.NotKnown)
                return new CachedPage(null, facts);
            stream.Position = System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            return new CachedPage(await SimpleJson.ReadProjectAsync(stream, cancellationToken), facts);
        }
        catch (Exception error) when (error is JsonException or PageFormatException)
        {
            return null; // derived from upstream: it is fetched again
        }
    }

    /// <summary>Keeps it, in place of what was kept.</summary>
    public async Task WriteAsync(IStore store, ProjectName project, CancellationToken cancellationToken)
    {
        var buffer = new SegmentedBufferWriter();
        buffer.Write(JsonSerializer.SerializeToUtf8Bytes(Metadata, CachedPageJson.Default.CachedPageMetadata));
        buffer.Write("\n"u8);
        if (Page is not null)
            SimpleJson.Write(buffer, Page);
        await using var staged = await store.StageAsync(buffer.Length, cancellationToken);
        foreach (var piece in buffer.ToSegments())
            await staged.AppendAsync(piece, cancellationToken);
        var written = await store.CommitAsync(
            staged, StorageLayout.UpstreamPage(project), WriteCondition.None, cancellationToken);
        await written.Durable;
    }
}
