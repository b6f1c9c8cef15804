using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Caching;
using PyRepo.Server.Limits;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies;

/// <summary>
/// The metadata files of upstream's distributions. They are fetched on request, cached, and served only if they have
/// the hash on the page.
/// </summary>
sealed class UpstreamMetadata(
    SimpleClient upstream, IStore store, CachedPages pages, MemoryBudget budget, ILogger logger)
{
    readonly BudgetedCache<Sha256Digest, byte[]> _cache = new(budget);
    readonly ConcurrentDictionary<Sha256Digest, Lazy<Task<byte[]?>>> _running = new();
    readonly SlotTurns _turns = new(ServerLimits.MaxConcurrentMetadataFetches, "metadata files");

    /// <summary>Opens the metadata of a file, or returns null if upstream does not provide it.</summary>
    public async Task<FileContent?> OpenAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.CoreMetadata is not { } sha256)
            return null;
        if (!_cache.TryGet(sha256, out var bytes))
        {
            bytes = await JoinAsync(file, sha256).WaitAsync(cancellationToken);
            if (bytes is null)
                return null;
        }
        return new MemoryContent(bytes)
        {
            Length = bytes.Length,
            ETag = $"\"{sha256}\"",
            LastModified = file.UploadedAt ?? DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>Keeps metadata that was read from the file itself.</summary>
    public Task KeepAsync(Distribution file, byte[] bytes)
    {
        var sha256 = Sha256Digest.HashData(bytes);
        _cache.Set(sha256, bytes, bytes.Length + 200);
        return BeginStoreAsync(StorageLayout.UpstreamMetadata(file.Name.Project, sha256), bytes);
    }

    /// <summary>
    /// Reads or fetches metadata once for all who ask for it meanwhile. It goes on when a client disconnects.
    /// </summary>
    Task<byte[]?> JoinAsync(Distribution file, Sha256Digest sha256) => _running.GetOrAdd(
        sha256, _ => new Lazy<Task<byte[]?>>(() => Task.Run(() => GetAsync(file, sha256)))).Value;

    async Task<byte[]?> GetAsync(Distribution file, Sha256Digest sha256)
    {
        try
        {
            var bytes = await ReadAsync(file, sha256) ?? await FetchAsync(file, sha256);
            if (bytes is not null)
                _cache.Set(sha256, bytes, bytes.Length + 200);
            return bytes;
        }
        finally
        {
            _running.TryRemove(sha256, out _);
        }
    }

    async Task<byte[]?> ReadAsync(Distribution file, Sha256Digest sha256)
    {
        var key = StorageLayout.UpstreamMetadata(file.Name.Project, sha256);
        await using var content = await store.OpenAsync(key, CancellationToken.None);
        if (content is null)
            return null;
        pages.Use(key);
        var bytes = new byte[content.Object.Length];
        await using var stream = await content.OpenStreamAsync(0, CancellationToken.None);
        await stream.ReadExactlyAsync(bytes, CancellationToken.None);
        return Sha256Digest.HashData(bytes) == sha256 ? bytes : null;
    }

    async Task<byte[]?> FetchAsync(Distribution file, Sha256Digest sha256)
    {
        try
        {
            using var turn = await _turns.TakeAsync(upstream.Timeout, CancellationToken.None);
            var url = new UriBuilder(file.Location);
            url.Path += ".metadata";
            using var response = await upstream.Files.OpenAsync(
                url.Uri, file.Name.Project, HttpMethod.Get, 0, CancellationToken.None, allowsGzip: true);
            var bytes = await ReadAllAsync(response);
            if (bytes is null || Sha256Digest.HashData(bytes) != sha256)
            {
                Log.NoMetadata(logger, file.Name.FileName, "it does not have the hash on upstream's page");
                return null;
            }
            await BeginStoreAsync(StorageLayout.UpstreamMetadata(file.Name.Project, sha256), bytes);
            return bytes;
        }
        // The wheel has it, too, but is no way around an upstream that is busy.
        catch (Exception error) when (error is IOException or InvalidDataException or HttpRequestException
            or OperationCanceledException
            or UpstreamUnavailableException { IsRejection: false })
        {
            Log.NoMetadata(
                logger, file.Name.FileName, (error as UpstreamUnavailableException)?.Detail ?? error.Message);
            return null;
        }
    }

    /// <summary>Begins to store metadata that is served meanwhile.</summary>
    async Task BeginStoreAsync(string key, byte[] bytes) =>
        _ = await pages.Writes.StartAsync(() => TryStoreAsync(key, bytes));

    /// <summary>
    /// Stores metadata. Without room for it, upstream is asked again the next time. So it is if a power cut tears what
    /// was stored, whose hash is wrong then.
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

    async Task<byte[]?> ReadAllAsync(HttpResponseMessage response)
    {
        using var limit = new CancellationTokenSource(upstream.Timeout);
        await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
        await using var source = response.Content.Headers.ContentEncoding.Contains("gzip")
            ? new GZipStream(body, CompressionMode.Decompress) : body;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, limit.Token)) > 0;)
        {
            if (bytes.Length + read > CoreMetadata.MaxLength)
                return null;
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }
}
