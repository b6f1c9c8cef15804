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
/// <param name="Facts">When and how it was learnt.</param>
sealed record KeptPage(ProjectPage? Page, KeptPageFacts Facts)
{
    /// <summary>Reads what was kept; null when nothing was, or when it can't be read any more.</summary>
    public static async Task<KeptPage?> ReadAsync(IStore store, ProjectName project, CancellationToken cancellationToken)
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
            var facts = JsonSerializer.Deserialize(line, KeptPageJson.Default.KeptPageFacts)!;
            if (facts.NotKnown)
                return new KeptPage(null, facts);
            stream.Position = System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            return new KeptPage(await SimpleJson.ReadProjectAsync(stream, cancellationToken), facts);
        }
        catch (Exception error) when (error is JsonException or PageFormatException)
        {
            return null; // derived from upstream: it is fetched again
        }
    }

    /// <summary>Keeps it, in place of what was kept.</summary>
    public async Task WriteAsync(IStore store, ProjectName project, CancellationToken cancellationToken)
    {
        var buffer = new PieceWriter();
        buffer.Write(JsonSerializer.SerializeToUtf8Bytes(Facts, KeptPageJson.Default.KeptPageFacts));
        buffer.Write("\n"u8);
        if (Page is not null)
            SimpleJson.Write(buffer, Page);
        await using var staged = await store.StageAsync(buffer.Length, cancellationToken);
        foreach (var piece in buffer.ToPieces())
            await staged.AppendAsync(piece, cancellationToken);
        var written = await store.CommitAsync(
            staged, StorageLayout.UpstreamPage(project), WriteCondition.None, cancellationToken);
        await written.Durable;
    }
}
