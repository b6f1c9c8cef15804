using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// The files of statistics in a store. Each day has one of each replica, or one of all of them, or both.
/// </summary>
sealed class StatisticsFiles(IStore store, MemoryBudget budget, ILogger logger)
{
    /// <summary>A longer file is not one that the server wrote, in bytes.</summary>
    const int MaxLength = 64 << 20;

    /// <summary>How often a day is listed whose files are merged meanwhile.</summary>
    const int MaxAttempts = 5;

    readonly BudgetedCache<string, StatisticsFile> _known = new(budget, isLowPriority: true);

    /// <summary>Lists the files of all days that have some, from the first day to the last, at once.</summary>
    public async IAsyncEnumerable<DayFiles> ListAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DayFiles? last = null;
        var found = store.ListAsync(
            StorageLayout.StatisticsFolder,
            folder => StorageLayout.TryParseStatisticsDay(folder, out var day) && (day < from || day > to),
            static _ => { }, cancellationToken);
        await foreach (var file in found)
        {
            if (!StorageLayout.TryParseStatisticsDay(file.Key, out var day) || day < from || day > to)
                continue;
            if (last is not null && last.Day != day)
                yield return last;
            if (last?.Day != day)
                last = new DayFiles(day, []);
            last.Files.Add(file);
        }
        if (last is not null)
            yield return last;
    }

    /// <summary>Reads the files of a day that count.</summary>
    /// <param name="day">The day.</param>
    /// <param name="listed">Its files as they were listed, or null if they are to be listed now.</param>
    /// <param name="isFinished">
    /// Whether hardly anything is added to it any more, so that its files are kept in memory.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="IOException">The files keep changing.</exception>
    public async Task<List<StatisticsFile>> ReadDayAsync(
        DateOnly day, List<StoredObject>? listed, bool isFinished, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            listed ??= await ListAsync(day, cancellationToken);
            if (await TryReadAsync(listed, isFinished, cancellationToken) is not { } files)
            {
                listed = null; // One of them was merged with the others since they were listed.
                continue;
            }
            var parts = files.SelectMany(file => file.Parts).ToHashSet(StringComparer.Ordinal);
            files.RemoveAll(file => parts.Contains(file.Digest));
            return files;
        }
        throw new IOException($"The statistics of {day:yyyy-MM-dd} keep changing.");
    }

    /// <summary>Reads a file. Returns null if there is none, and no rows if it is damaged.</summary>
    public async Task<StatisticsFile?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null)
            return null;
        var bytes = await ReadAsync(content, cancellationToken);
        var document = ParseOrNull(key, bytes);
        return new StatisticsFile(
            key, content.Object.Version, GetDigest(bytes), document?.Rows ?? [], document?.Parts ?? [])
        {
            IsDamaged = document is null,
        };
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="PreconditionFailedException">The file is not what the condition says.</exception>
    public async Task<StoredObject> WriteAsync(
        string key, byte[] bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var staged = await store.StageAsync(bytes.Length, cancellationToken);
        await staged.AppendAsync(bytes, cancellationToken);
        return await store.CommitAsync(staged, key, condition, cancellationToken);
    }

    /// <summary>Deletes a file, unless it has another version by now.</summary>
    public async Task DeleteAsync(StatisticsFile file, CancellationToken cancellationToken)
    {
        if ((await store.StatAsync(file.Key, cancellationToken))?.Version == file.Version)
            await store.DeleteAsync(file.Key, cancellationToken);
    }

    /// <summary>Returns the bytes of a file.</summary>
    public static byte[] GetBytes(StatisticsDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, StatisticsJson.Default.StatisticsDocument);

    /// <summary>Returns the digest by which a file with all replicas' downloads names a part.</summary>
    public static string GetDigest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    async Task<List<StoredObject>> ListAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var files = new List<StoredObject>();
        var found = store.ListAsync(StorageLayout.GetStatistics(day), null, static _ => { }, cancellationToken);
        await foreach (var file in found)
            files.Add(file);
        return files;
    }

    /// <summary>Reads the files that are not known. Returns null if one of them is gone.</summary>
    async Task<List<StatisticsFile>?> TryReadAsync(
        List<StoredObject> listed, bool isFinished, CancellationToken cancellationToken)
    {
        var files = new List<StatisticsFile>();
        foreach (var file in listed)
        {
            if (isFinished && _known.TryGet(file.Key, out var known) && known.Version == file.Version)
            {
                files.Add(known);
                continue;
            }
            if (await ReadAsync(file.Key, cancellationToken) is not { } read)
                return null;
            if (isFinished)
                _known.Set(file.Key, read, read.Weight);
            files.Add(read);
        }
        return files;
    }

    static async Task<byte[]> ReadAsync(StoredContent content, CancellationToken cancellationToken) =>
        content.Object.Length > MaxLength ? [] : await content.ReadAllAsync(cancellationToken);

    StatisticsDocument? ParseOrNull(string key, byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, StatisticsJson.Default.StatisticsDocument);
        }
        catch (JsonException error)
        {
            Log.Damaged(logger, key, error.Message);
            return null;
        }
    }
}

/// <summary>The files of statistics of one day, as they were listed.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Files">The files.</param>
sealed record DayFiles(DateOnly Day, List<StoredObject> Files);

[JsonSerializable(typeof(StatisticsDocument))]
[JsonSerializable(typeof(StatisticsAnswer))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
sealed partial class StatisticsJson : JsonSerializerContext;

/// <summary>A file of statistics that was read.</summary>
/// <param name="Key">Its key in the store.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">The SHA-256 of its bytes.</param>
/// <param name="Rows">The downloads.</param>
/// <param name="Parts">The digests of the replicas' files that are in the rows.</param>
sealed record StatisticsFile(
    string Key, VersionTag Version, string Digest, IReadOnlyList<DownloadRow> Rows, ImmutableArray<string> Parts)
{
    /// <summary>The approximate memory of an object, and of a row with its texts, in bytes.</summary>
    const int WeightOfFile = 500, WeightOfRow = 180;

    /// <summary>Whether it cannot be read, so that it has no rows.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    public long Weight => WeightOfFile + (Rows.Count * (long)WeightOfRow);
}
