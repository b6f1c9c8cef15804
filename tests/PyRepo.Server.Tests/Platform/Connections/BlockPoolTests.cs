using System.Buffers;
using PyRepo.Server.Platform.Connections;

namespace PyRepo.Server.Tests.Platform.Connections;

public sealed class BlockPoolTests
{
    [Fact]
    public void Only_so_many_blocks_are_large_and_every_one_is_large_enough()
    {
        using var pool = new BlockPool();
        var blocks = Enumerable.Range(0, BlockPool.MaxLargeBlocks + 10).Select(_ => pool.Rent()).ToList();
        Assert.Equal(BlockPool.MaxLargeBlocks, blocks.Count(b => b.Memory.Length == BlockPool.LargeBlock));
        Assert.Equal(10, blocks.Count(b => b.Memory.Length == BlockPool.SmallBlock));
        blocks.ForEach(b => b.Dispose());
    }

    [Fact]
    public void A_block_that_comes_back_makes_room_for_a_large_one_once()
    {
        using var pool = new BlockPool();
        var blocks = Enumerable.Range(0, BlockPool.MaxLargeBlocks).Select(_ => pool.Rent()).ToList();
        blocks[0].Dispose();
        blocks[0].Dispose();
        Assert.Equal(
            [BlockPool.LargeBlock, BlockPool.SmallBlock], [pool.Rent().Memory.Length, pool.Rent().Memory.Length]);
    }
}
