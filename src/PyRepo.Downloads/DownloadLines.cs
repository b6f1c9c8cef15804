using System.Runtime.CompilerServices;

namespace PyRepo.Downloads;

/// <summary>The lines of files of the log.</summary>
static class DownloadLines
{
    /// <summary>Returns the lines of a frame.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> frame)
    {
        for (var rest = frame; rest.Length > 0;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end < 0)
                throw new InvalidDataException("A line of the download log has no end.");
            yield return rest[..end];
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>Returns all lines of a file. Each is valid until the next.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        DownloadFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var frame in file.ReadFramesAsync(.., cancellationToken))
        {
            foreach (var line in Of(frame))
                yield return line;
        }
    }

    /// <summary>Returns the lines of several files together in ordinal order. Each is valid until the next.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> MergeAsync(
        IReadOnlyList<DownloadFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heads = new PriorityQueue<IAsyncEnumerator<ReadOnlyMemory<byte>>, ReadOnlyMemory<byte>>(
            Comparer<ReadOnlyMemory<byte>>.Create((x, y) => x.Span.SequenceCompareTo(y.Span)));
        var all = files
            .Select(file => ReadAsync(file, cancellationToken).GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            foreach (var lines in all)
            {
                if (await lines.MoveNextAsync())
                    heads.Enqueue(lines, lines.Current);
            }
            while (heads.TryDequeue(out var lines, out var line))
            {
                yield return line;
                if (await lines.MoveNextAsync())
                    heads.Enqueue(lines, lines.Current);
            }
        }
        finally
        {
            foreach (var lines in all)
                await lines.DisposeAsync();
        }
    }
}
