namespace PyRepo.Server.Repositories;

/// <summary>A small file in memory.</summary>
sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : FileContent
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(new MemoryStream(bytes[(int)offset..].ToArray(), writable: false));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
