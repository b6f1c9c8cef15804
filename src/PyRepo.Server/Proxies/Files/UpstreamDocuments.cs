using System.IO.Compression;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Small files about upstream's distributions, in memory and in the store. Each is fetched once for all who ask for it
/// meanwhile.
/// </summary>
sealed class UpstreamDocuments(
    SimpleClient upstream, IStore store, CachedDocuments pages, MemoryBudget budget, ILogger logger)
{
    readonly BudgetedCache<string, byte[]> _cache = new(budget);
    readonly SingleFlight<string, byte[]?> _fetches = new();
    readonly SlotTurns _turns = new(ServerLimits.MaxConcurrentMetadataFetches, "metadata files");

    /// <summary>Returns a document that is cached, or else fetches it. It goes on when a client disconnects.</summary>
    /// <param name="key">The key in the store.</param>
    /// <param name="isRight">Whether bytes of the store are the document: a power cut may have torn them.</param>
    /// <param name="fetch">Fetches it. If that returns null, nothing is cached.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<byte[]?> GetAsync(
        string key, Predicate<byte[]> isRight, Func<Task<byte[]?>> fetch, CancellationToken cancellationToken) =>
        _cache.TryGet(key, out var bytes)
            ? bytes
            : await _fetches.JoinAsync(key, () => ReadOrFetchAsync(key, isRight, fetch)).WaitAsync(cancellationToken);

    /// <summary>Keeps a document that did not come from upstream by itself.</summary>
    public Task KeepAsync(string key, byte[] bytes)
    {
        _cache.Set(key, bytes, bytes.Length + 200);
        return BeginStoreAsync(key, bytes);
    }

    /// <summary>Fetches a document. Returns null if it has more bytes than it may have.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it, or is busy.</exception>
    public async Task<byte[]?> FetchAsync(Uri url, ProjectName project, int maxLength)
    {
        using var turn = await _turns.TakeAsync(upstream.Timeout, CancellationToken.None);
        return await DownloadAsync(url, project, maxLength, CancellationToken.None);
    }

    /// <summary>Fetches a document out of turn: clients that want others do not wait for it.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    public async Task<byte[]?> DownloadAsync(
        Uri url, ProjectName project, int maxLength, CancellationToken cancellationToken)
    {
        using var response = await upstream.Files.OpenAsync(
            url, project, HttpMethod.Get, 0, cancellationToken, allowsGzip: true);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(upstream.Timeout);
        await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
        await using var source = response.Content.Headers.ContentEncoding.Contains("gzip")
            ? new GZipStream(body, CompressionMode.Decompress) : body;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, limit.Token)) > 0;)
        {
            if (bytes.Length + read > maxLength)
                return null;
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    async Task<byte[]?> ReadOrFetchAsync(string key, Predicate<byte[]> isRight, Func<Task<byte[]?>> fetch)
    {
        var bytes = await ReadAsync(key, isRight);
        if (bytes is null && (bytes = await fetch()) is not null)
            await BeginStoreAsync(key, bytes);
        if (bytes is not null)
            _cache.Set(key, bytes, bytes.Length + 200);
        return bytes;
    }

    async Task<byte[]?> ReadAsync(string key, Predicate<byte[]> isRight)
    {
        await using var content = await store.OpenAsync(key, CancellationToken.None);
        if (content is null)
            return null;
        pages.Use(key);
        var bytes = await content.ReadAllAsync(CancellationToken.None);
        return isRight(bytes) ? bytes : null;
    }

    /// <summary>Begins to store a document that is served meanwhile.</summary>
    async Task BeginStoreAsync(string key, byte[] bytes) =>
        _ = await pages.Writes.StartAsync(() => TryStoreAsync(key, bytes));

    /// <summary>
    /// Stores a document. Without room for it, upstream is asked again the next time. So it is if a power cut tears
    /// what was stored.
    /// </summary>
    async Task TryStoreAsync(string key, byte[] bytes)
    {
        try
        {
            await using var staged = await store.StageAsync(bytes.Length, CancellationToken.None);
            staged.Durability = CommitDurability.Expendable;
            await staged.AppendAsync(bytes, CancellationToken.None);
            await store.CommitAsync(staged, key, WriteCondition.None, CancellationToken.None);
            pages.Register(key, bytes.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotStored(logger, key, error.Message);
        }
    }
}
