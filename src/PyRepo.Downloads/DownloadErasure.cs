using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>Erases who a caller was from the lines of all logs in a store.</summary>
sealed class DownloadErasure(DownloadLogFiles files, string caller)
{
    /// <summary>Passes over files that others merge or erase from meanwhile.</summary>
    const int MaxPasses = 10;

    /// <summary>The caller as lines have it, cut as they are.</summary>
    readonly string _caller = DownloadLine.Truncate(caller)!;

    /// <summary>
    /// The end of the name as lines have it, without a namespace or a provider: what most frames do not have.
    /// </summary>
    readonly byte[] _end = Encoding.UTF8.GetBytes(
        $"{JsonEncodedText.Encode(GetEnd(DownloadLine.Truncate(caller)!))}\"");

    readonly SortedSet<string> _damaged = new(StringComparer.Ordinal);

    static string GetEnd(string caller) => caller[(caller.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Rewrites the files with lines of the caller. Returns how many lines there were.</summary>
    /// <exception cref="IOException">They change all the time, or cannot be read or written.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var erased = 0L;
        for (var pass = 1; pass <= MaxPasses; pass++)
        {
            var (inPass, isWhole) = await PassAsync(cancellationToken);
            erased += inPass;
            if (inPass > 0 || !isWhole)
                continue;
            return _damaged.Count == 0
                ? erased
                : throw new IOException(
                    $"{erased} lines were erased, but what is in '{string.Join("', '", _damaged)}' is not known, "
                    + "because it is damaged: an administrator must remove it from the store.");
        }
        throw new IOException("The download log keeps changing. Try again.");
    }

    async Task<(long Erased, bool IsWhole)> PassAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var (_, listed) in files.ListAsync(DateOnly.MinValue, DateOnly.MaxValue, cancellationToken))
            keys.AddRange(listed.Select(file => file.Key));
        var (erased, isWhole) = (0L, true);
        foreach (var key in keys)
        {
            try
            {
                var (file, isDamaged) = await files.OpenAsync(key, cancellationToken);
                if (isDamaged)
                    _damaged.Add(key);
                else if (file is null)
                    isWhole = false; // Its lines are in another one.
                else
                    (erased, isWhole) = Add(await EraseAsync(file, cancellationToken), erased, isWhole);
            }
            catch (InvalidDataException error)
            {
                files.NoteDamage(key, error);
                _damaged.Add(key);
            }
        }
        return (erased, isWhole);
    }

    static (long Erased, bool IsWhole) Add(long? inFile, long erased, bool isWhole) =>
        inFile is { } lines ? (erased + lines, isWhole) : (erased, false);

    /// <summary>Erases the caller from a file. Returns how many lines there were, or null if it was changed.</summary>
    async Task<long?> EraseAsync(DownloadFile file, CancellationToken cancellationToken)
    {
        await using var opened = file;
        var found = await CountAsync(file, cancellationToken);
        return found == 0 || await TryRewriteAsync(file, cancellationToken) ? found : null;
    }

    async Task<long> CountAsync(DownloadFile file, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var frame in file.ReadFramesAsync(.., cancellationToken))
        {
            if (frame.Span.IndexOf(_end) < 0)
                continue;
            count += DownloadLines.Of(frame).Count(line => Find(line.Span) is not null);
        }
        return count;
    }

    async Task<bool> TryRewriteAsync(DownloadFile file, CancellationToken cancellationToken)
    {
        var index = file.Index;
        try
        {
            await files.WriteAsync(
                file.Object.Key, WriteCondition.Match(file.Object.Version), ErasedAsync(file, cancellationToken),
                new FileEnd(TimeSpan.FromSeconds(index.KeepFor), index.Lost, index.Sources), cancellationToken);
            return true;
        }
        catch (PreconditionFailedException)
        {
            return false;
        }
    }

    /// <summary>Returns all lines. Those of the caller name nobody; they stay in the place that their time gives them.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> ErasedAsync(
        DownloadFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in DownloadLines.ReadAsync(file, cancellationToken))
            yield return Find(line.Span) is { } found ? found.Forgotten().ToBytes() : line;
    }

    DownloadLine? Find(ReadOnlySpan<byte> line) =>
        line.IndexOf(_end) >= 0 && DownloadLine.Parse(line) is var parsed && parsed.IsOf(_caller)
            ? parsed
            : null;
}
