using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace PyRepo.Server.Platform.Connections;

/// <summary>
/// The blocks into which Kestrel receives. Its own have 4 KiB, so that a large upload takes two system calls for each
/// 4 KiB. These are larger, but only so many: strangers may make the server hold a block for each connection.
/// </summary>
/// <remarks>A connection that waits for a request has no block.</remarks>
sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>The length of Kestrel's own blocks, and of those beyond <see cref="MaxLargeBlocks"/>.</summary>
    public const int SmallBlock = 4096;

    /// <summary>The length of most blocks.</summary>
    public const int LargeBlock = 64 * 1024;

    /// <summary>How many large blocks may be in use at once: 8 MiB in all.</summary>
    public const int MaxLargeBlocks = 128;

    int _largeBlocks;

    /// <summary>The longest block that may be asked for. Kestrel takes longer ones from elsewhere.</summary>
    public override int MaxBufferSize => SmallBlock;

    /// <summary>Returns the one pool of all connections.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, SmallBlock);
        if (Interlocked.Increment(ref _largeBlocks) <= MaxLargeBlocks)
            return new Block(LargeBlock, this);
        Interlocked.Decrement(ref _largeBlocks);
        return new Block(SmallBlock, null);
    }

    /// <summary>Does nothing: Kestrel disposes what it takes for the pool of one listener.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    sealed class Block(int length, BlockPool? counted) : IMemoryOwner<byte>
    {
        byte[]? _bytes = ArrayPool<byte>.Shared.Rent(length);

        public Memory<byte> Memory => _bytes.AsMemory(0, length);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is not { } bytes)
                return;
            ArrayPool<byte>.Shared.Return(bytes);
            if (counted is not null)
                Interlocked.Decrement(ref counted._largeBlocks);
        }
    }
}
