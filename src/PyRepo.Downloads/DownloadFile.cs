using System.Runtime.CompilerServices;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>A file of the log, opened for reading. What was opened does not change.</summary>
sealed class DownloadFile : IAsyncDisposable
{
    /// <summary>The bytes that are read at first: they have the whole index of most files.</summary>
    const int TailLength = 64 << 10;

    readonly StoredContent _content;

    DownloadFile(StoredContent content, DownloadFileIndex index) => (_content, Index) = (content, index);

    /// <summary>The file in the store.</summary>
    public StoredObject Object => _content.Object;

    /// <summary>The last segment of its key.</summary>
    public string Name => DownloadLogLayout.GetName(Object.Key);

    /// <summary>The end of the file.</summary>
    public DownloadFileIndex Index { get; }

    /// <summary>Opens a file. Returns null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<DownloadFile?> OpenAsync(IStore store, string key, CancellationToken cancellationToken)
    {
        var content = await store.OpenAsync(key, cancellationToken);
        if (content is null)
            return null;
        try
        {
            return new(content, await ReadIndexAsync(content, cancellationToken));
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads frames, decompressed, one after the other. Each is valid until the next.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadFramesAsync(
        Range frames, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (first, count) = frames.GetOffsetAndLength(Index.Frames.Length);
        if (count == 0)
            yield break;
        await using var stream = await _content.OpenStreamAsync(Index.GetOffset(first), cancellationToken);
        var lengths = Index.Frames.AsSpan().Slice(first, count).ToArray();
        var lines = new byte[DownloadLimits.FrameLength + DownloadLimits.MaxLineLength];
        var compressed = new byte[lengths.Max()];
        using var decompressor = new FrameDecompressor();
        foreach (var length in lengths)
        {
            await stream.ReadExactlyAsync(compressed.AsMemory(0, length), cancellationToken);
            yield return lines.AsMemory(0, decompressor.Read(compressed.AsSpan(0, length), lines));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _content.DisposeAsync();

    static async Task<DownloadFileIndex> ReadIndexAsync(StoredContent content, CancellationToken cancellationToken)
    {
        var total = content.Object.Length;
        if (total < DownloadFileIndex.HeaderLength + DownloadFileIndex.FooterLength)
            throw new InvalidDataException("It is too short.");
        var tail = await ReadTailAsync(content, (int)Math.Min(total, TailLength), cancellationToken);
        var length = DownloadFileIndex.ParseFooter(tail.AsSpan()[^DownloadFileIndex.FooterLength..], total);
        var needed = length + DownloadFileIndex.FooterLength;
        if (needed > tail.Length)
            tail = await ReadTailAsync(content, needed, cancellationToken);
        return DownloadFileIndex.Parse(
            tail.AsSpan()[^needed..^DownloadFileIndex.FooterLength], total - needed - DownloadFileIndex.HeaderLength);
    }

    static async Task<byte[]> ReadTailAsync(StoredContent content, int length, CancellationToken cancellationToken)
    {
        var tail = new byte[length];
        await using var stream = await content.OpenStreamAsync(content.Object.Length - length, cancellationToken);
        await stream.ReadExactlyAsync(tail, cancellationToken);
        return tail;
    }
}
