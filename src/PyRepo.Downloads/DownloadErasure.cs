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

    /// <summary>The name as lines have it, without the namespace of a ServiceAccount.</summary>
    readonly byte[] _name = Encoding.UTF8.GetBytes(
        $"\"name\":\"{JsonEncodedText.Encode(caller[(caller.IndexOf('/') + 1)..])}\"");

    readonly byte[] _whole = Encoding.UTF8.GetBytes($"\"name\":\"{JsonEncodedText.Encode(caller)}\"");

    /// <summary>Rewrites the files with lines of the caller. Returns how many lines there were.</summary>
    /// <exception cref="IOException">They change all the time, or cannot be read or written.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var erased = 0L;
        for (var pass = 1; pass <= MaxPasses; pass++)
        {
            var (inPass, isWhole) = await PassAsync(cancellationToken);
            erased += inPass;
            if (inPass == 0 && isWhole)
                return erased;
        }
        throw new IOException("The download log changes all the time. Try again.");
    }

    async Task<(long Erased, bool IsWhole)> PassAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var (_, listed) in files.ListAsync(DateOnly.MinValue, DateOnly.MaxValue, cancellationToken))
            keys.AddRange(listed.Select(file => file.Key));
        var (erased, isWhole) = (0L, true);
        foreach (var key in keys)
        {
            var (file, isDamaged) = await files.OpenAsync(key, cancellationToken);
            if (isDamaged)
                throw new IOException($"'{key}' is damaged, so that it is not known whom it names: remove it.");
            if (file is null)
            {
                isWhole = false; // Its lines are in another one.
                continue;
            }
            await using var opened = file;
            if (await CountAsync(opened, cancellationToken) is not (> 0 and var found))
                continue;
            isWhole &= await TryRewriteAsync(opened, cancellationToken);
            erased += found;
        }
        return (erased, isWhole);
    }

    async Task<long> CountAsync(DownloadFile file, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var frame in file.ReadFramesAsync(.., cancellationToken))
        {
            if (frame.Span.IndexOf(_name) < 0 && frame.Span.IndexOf(_whole) < 0)
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
                new FileEnd(TimeSpan.FromSeconds(index.KeepFor), index.Lost, index.Parts), cancellationToken);
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
        (line.IndexOf(_name) >= 0 || line.IndexOf(_whole) >= 0)
        && DownloadLine.Parse(line) is var parsed && parsed.IsOf(caller)
            ? parsed
            : null;
}
