using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>Records in the store when what a proxy caches was last used, for the next start.</summary>
sealed class CacheUsage(CacheEntries entries, IStore store, TimeProvider clock)
{
    /// <summary>
    /// The number of days whose records are kept: the last ones with records, whatever today is. The clock may be
    /// wrong.
    /// </summary>
    const int DaysKept = 60;

    /// <summary>Reads the records.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListAsync(StorageLayout.UsageFolder, null, cancellationToken))
            keys.Add(found.Key);
        var days = keys.GroupBy(StorageLayout.GetFolder)
            .OrderByDescending(day => day.Key, StringComparer.Ordinal).ToList();
        foreach (var key in days.Skip(DaysKept).SelectMany(day => day))
            await store.DeleteAsync(key, cancellationToken);
        foreach (var key in days.Take(DaysKept).SelectMany(day => day))
            await ReadAsync(key, cancellationToken);
    }

    /// <summary>Records what was used today, if anything was used since the last call.</summary>
    public async Task WriteAsync(string replica, CancellationToken cancellationToken)
    {
        if (!entries.TakeChanged())
            return;
        try
        {
            await WriteAsync(replica, clock.GetUtcNow().UtcDateTime.Date, cancellationToken);
        }
        catch
        {
            entries.Changed();
            throw;
        }
    }

    async Task WriteAsync(string replica, DateTime today, CancellationToken cancellationToken)
    {
        var used = entries.All
            .Where(e => e.Value.LastUsed.UtcDateTime.Date == today)
            .ToDictionary(e => e.Key, e => e.Value.LastUsed, StringComparer.Ordinal);
        await using var staged = await store.StageAsync(null, cancellationToken);
        await staged.AppendAsync(
            JsonSerializer.SerializeToUtf8Bytes(used, UsageJson.Default.DictionaryStringDateTimeOffset),
            cancellationToken);
        await store.CommitAsync(
            staged, StorageLayout.Usage(DateOnly.FromDateTime(today), replica), WriteCondition.None, cancellationToken);
    }

    async Task ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null)
            return;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var (used, at) in await DeserializeAsync(stream, cancellationToken))
        {
            // A time in the future was noted while the clock was wrong. Nothing is known about that use.
            if (at <= now)
                entries.Find(used)?.Use(at);
        }
    }

    static async Task<Dictionary<string, DateTimeOffset>> DeserializeAsync(
        Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(
                stream, UsageJson.Default.DictionaryStringDateTimeOffset, cancellationToken) ?? [];
        }
        catch (JsonException)
        {
            return []; // Only the order of eviction is lost.
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
sealed partial class UsageJson : JsonSerializerContext;
