using System.Runtime.InteropServices;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A small file in memory.</summary>
sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : FileContent
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(MemoryMarshal.TryGetArray(bytes[(int)offset..], out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes[(int)offset..].ToArray(), writable: false));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
