using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>The files of the logs in a store.</summary>
sealed class DownloadLogFiles(IStore store, ILogger logger)
{
    /// <summary>How often a day is listed whose files are merged meanwhile.</summary>
    const int MaxAttempts = 10;

    /// <summary>Lists the days of all logs that have files, with these, one after the other.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    public async IAsyncEnumerable<(LogDay Day, List<StoredObject> Files)> ListAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (LogDay Day, List<StoredObject> Files)? last = null;
        var found = store.ListAsync(
            DownloadLogLayout.Folder,
            folder => DownloadLogLayout.TryParse(folder, out var day) && (day.Day < from || day.Day > to),
            static _ => { }, cancellationToken);
        await foreach (var file in found)
        {
            if (!DownloadLogLayout.IsFile(file.Key, out var day) || day.Day < from || day.Day > to)
                continue;
            if (last is { } other && other.Day != day)
                yield return other;
            if (last?.Day != day)
                last = (day, []);
            last.Value.Files.Add(file);
        }
        if (last is { } remaining)
            yield return remaining;
    }

    /// <summary>Lists the files of a day.</summary>
    public async Task<List<StoredObject>> ListAsync(LogDay day, CancellationToken cancellationToken)
    {
        var files = new List<StoredObject>();
        await foreach (var file in store.ListAsync(day.Folder, null, static _ => { }, cancellationToken))
        {
            if (DownloadLogLayout.IsFile(file.Key, out _))
                files.Add(file);
        }
        return files;
    }

    /// <summary>Opens the files of a day that count: none whose lines are in another one.</summary>
    /// <param name="day">The day.</param>
    /// <param name="listed">The files as they were listed.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="IOException">The files change all the time, or cannot be read.</exception>
    public async Task<OpenedDay> OpenAsync(
        LogDay day, List<StoredObject> listed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await TryOpenAsync(listed, cancellationToken) is { } opened)
                return opened;
            listed = await ListAsync(day, cancellationToken); // One of them was merged with others meanwhile.
        }
        throw new IOException($"The download log of {day.Day:yyyy-MM-dd} keeps changing.");
    }

    /// <summary>Opens a file. Returns null if there is none, or it is damaged, which is logged.</summary>
    public async Task<(DownloadFile? File, bool IsDamaged)> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await DownloadFile.OpenAsync(store, key, cancellationToken), false);
        }
        catch (InvalidDataException error)
        {
            Log.Damaged(logger, key, error.Message);
            return (null, true);
        }
    }

    /// <summary>Logs that a file is damaged behind its index.</summary>
    public void NoteDamage(string key, InvalidDataException error) => Log.Damaged(logger, key, error.Message);

    /// <summary>Writes a file of lines.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="condition">The condition of the write.</param>
    /// <param name="lines">The lines, in ordinal order.</param>
    /// <param name="end">How the file ends.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    public async Task<StoredObject> WriteAsync(
        string key, WriteCondition condition, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, FileEnd end,
        CancellationToken cancellationToken)
    {
        await using var staged = await store.StageAsync(null, cancellationToken);
        var writer = new DownloadFileWriter(staged);
        await foreach (var line in lines.WithCancellation(cancellationToken))
            await writer.AddAsync(line, cancellationToken);
        await writer.CompleteAsync(end.KeepFor, end.Lost, end.Sources, cancellationToken);
        return await store.CommitAsync(staged, key, condition, cancellationToken);
    }

    /// <summary>Returns the version of a file, or null if there is none.</summary>
    public async Task<VersionTag?> FindVersionAsync(string key, CancellationToken cancellationToken) =>
        (await store.StatAsync(key, cancellationToken))?.Version;

    /// <summary>Deletes a file.</summary>
    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        store.DeleteAsync(key, cancellationToken);

    /// <summary>Opens listed files. Returns null if one of them is gone.</summary>
    async Task<OpenedDay?> TryOpenAsync(List<StoredObject> listed, CancellationToken cancellationToken)
    {
        var opened = new OpenedDay();
        foreach (var listing in listed)
        {
            var (file, isDamaged) = await OpenAsync(listing.Key, cancellationToken);
            if (file is null && !isDamaged)
            {
                await opened.DisposeAsync();
                return null;
            }
            opened.IsDamaged |= isDamaged;
            if (file is not null)
                opened.Files.Add(file);
        }
        await opened.RemoveSourcesAsync();
        return opened;
    }
}

/// <summary>How a file of the log ends.</summary>
/// <param name="KeepFor">For how long its lines are kept.</param>
/// <param name="Lost">How many downloads were not written.</param>
/// <param name="Sources">The names of the files whose lines it has.</param>
sealed record FileEnd(TimeSpan KeepFor, long Lost, ImmutableArray<string> Sources);

/// <summary>The files of a day of a log that count, opened.</summary>
sealed class OpenedDay : IAsyncDisposable
{
    /// <summary>The files.</summary>
    public List<DownloadFile> Files { get; } = [];

    /// <summary>Whether one of them is damaged, so that it is not here.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Closes the files whose lines are in another one.</summary>
    public async ValueTask RemoveSourcesAsync()
    {
        var sources = Files.SelectMany(file => file.Index.Sources).ToHashSet(StringComparer.Ordinal);
        foreach (var source in Files.Where(file => sources.Contains(file.Name)).ToList())
        {
            Files.Remove(source);
            await source.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var file in Files)
            await file.DisposeAsync();
    }
}
