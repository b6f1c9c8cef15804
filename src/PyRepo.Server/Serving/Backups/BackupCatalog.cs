using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>The backups in a bucket.</summary>
/// <param name="bucket">The bucket.</param>
sealed class BackupCatalog(IStore bucket)
{
    /// <summary>The most bytes of a summary or an outcome that are read.</summary>
    const int MaxDocument = 256 << 10;

    /// <summary>The most backups that are listed.</summary>
    const int MaxBackups = 10_000;

    /// <summary>The word for the newest backup.</summary>
    public const string Latest = "latest";

    /// <summary>Lists the names of the complete backups, the oldest first.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        await foreach (var found in bucket.ListAsync(BackupLayout.Backups, null, cancellationToken))
        {
            if (!BackupLayout.TryParseBackup(found.Key, out var name, out var isSummary) || !isSummary)
                continue;
            if (names.Count == MaxBackups)
                throw new InvalidDataException($"There are more than {MaxBackups} backups.");
            names.Add(name);
        }
        return names.ToImmutable();
    }

    /// <summary>
    /// Finds a backup: the newest one (<c>latest</c>), one by its name, or the newest one of a moment or before it (a
    /// time as in RFC 3339). Returns null if there is none.
    /// </summary>
    public async Task<BackupSummary?> FindAsync(string which, CancellationToken cancellationToken)
    {
        var names = await ListAsync(cancellationToken);
        if (which == Latest)
            return names.IsEmpty ? null : await ReadAsync(names[^1], cancellationToken);
        if (!BackupLayout.TryParseName(which, out _) && DateTimeOffset.TryParse(
            which, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var moment))
        {
            which = names.LastOrDefault(
                name => BackupLayout.TryParseName(name, out var began) && began <= moment) ?? "";
        }
        return names.Contains(which) ? await ReadAsync(which, cancellationToken) : null;
    }

    /// <summary>Reads the newest summary that can be read, or returns null if there is none.</summary>
    /// <param name="names">The backups, the oldest first.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<BackupSummary?> FindReadableAsync(
        ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        for (var index = names.Length - 1; index >= 0; index--)
        {
            try
            {
                return await ReadAsync(names[index], cancellationToken);
            }
            catch (InvalidDataException)
            {
                // The one before may be whole; the next one will be.
            }
        }
        return null;
    }

    /// <summary>Reads the summary of a backup.</summary>
    /// <exception cref="InvalidDataException">It is gone or damaged.</exception>
    /// <exception cref="StoreUnavailableException">It is of a newer server.</exception>
    public async Task<BackupSummary> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var summary = await ReadAsync(
            BackupLayout.Summary(name), BackupJson.Default.BackupSummary, cancellationToken)
            ?? throw new InvalidDataException($"The backup '{name}' is gone.");
        if (summary.Version > BackupSummary.CurrentVersion)
        {
            throw new StoreUnavailableException(
                $"The backup '{name}' was made by a newer server, whose layout is version {summary.Version}. "
                    + "Use that one.");
        }
        return summary with { Name = name };
    }

    /// <summary>Reads the outcome of the verification of the newest backup that was verified, or null if none was.</summary>
    public async Task<BackupVerification?> FindLastVerificationAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var found in bucket.ListAsync(BackupLayout.Verified, null, cancellationToken))
            last = found.Key;
        return last is null
            ? null : await ReadAsync(last, BackupJson.Default.BackupVerification, cancellationToken);
    }

    /// <summary>Reads the lines of a backup's manifest.</summary>
    /// <exception cref="InvalidDataException">It is missing or damaged.</exception>
    public async IAsyncEnumerable<BackupEntry> ReadEntriesAsync(
        BackupSummary summary,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = BackupLayout.Manifest(summary.Name);
        var content = await bucket.OpenAsync(key, cancellationToken)
            ?? throw new InvalidDataException($"The manifest '{key}' is gone.");
        await using var verified = new BackedUpContent(
            content, new BackupEntry(key, summary.Manifest, content.Object.Length, default));
        await using var stream = await verified.OpenStreamAsync(0, cancellationToken);
        var lines = 0L;
        await foreach (var entry in BackupManifest.ReadAsync(stream, cancellationToken))
        {
            lines++;
            yield return entry;
        }
        if (lines != summary.Lines)
            throw new InvalidDataException($"The manifest '{key}' has {lines} instead of {summary.Lines} lines.");
    }

    /// <summary>Writes a document.</summary>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    public Task WriteAsync<T>(
        string key, T document, JsonTypeInfo<T> type, WriteCondition condition, CancellationToken cancellationToken) =>
        StoredDocument.WriteAsync(bucket, key, document, type, condition, cancellationToken);

    async Task<T?> ReadAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var content = await bucket.OpenAsync(key, cancellationToken);
        if (content is null)
            return null;
        if (content.Object.Length > MaxDocument)
            throw new InvalidDataException($"'{key}' has more than {MaxDocument} bytes.");
        try
        {
            return JsonSerializer.Deserialize(await content.ReadAllAsync(cancellationToken), type)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{key}' is damaged: {error.Message}", error);
        }
    }
}
