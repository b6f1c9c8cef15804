using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyRepo.Packaging.Hashes;

/// <summary>The compression function F of BLAKE2b (<see href="https://www.rfc-editor.org/rfc/rfc7693#section-3.2">RFC
/// 7693</see>).</summary>
/// <remarks>
/// The sixteen words are local variables, which stay in registers where the processor has enough of them, and the
/// calls are inlined. With vectors of four words, it took half as long again.
/// </remarks>
static class Blake2bRounds
{
    static ReadOnlySpan<ulong> Start =>
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    /// <summary>The message schedule SIGMA (<see href="https://www.rfc-editor.org/rfc/rfc7693#section-2.7">RFC
    /// 7693</see>): a row of sixteen for each round. The last two are the first two again.</summary>
    static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    /// <summary>The initial state: 64 bits of the fractional parts of square roots.</summary>
    public static void Initialize(Span<ulong> state) => Start.CopyTo(state);

    /// <summary>Mixes a block into the state.</summary>
    /// <param name="state">The eight words of the state.</param>
    /// <param name="words">The sixteen words of the block.</param>
    /// <param name="low">How many bytes came so far, with this block: the lower 64 bits.</param>
    /// <param name="high">The upper 64 bits.</param>
    /// <param name="last">All ones for the last block, or else 0.</param>
    public static void Compress(Span<ulong> state, ReadOnlySpan<ulong> words, ulong low, ulong high, ulong last)
    {
        var (v0, v1, v2, v3) = (state[0], state[1], state[2], state[3]);
        var (v4, v5, v6, v7) = (state[4], state[5], state[6], state[7]);
        var (v8, v9, v10, v11) = (Start[0], Start[1], Start[2], Start[3]);
        var (v12, v13, v14, v15) = (Start[4] ^ low, Start[5] ^ high, Start[6] ^ last, Start[7]);
        for (var order = Schedule; !order.IsEmpty; order = order[16..])
        {
            Mix(ref v0, ref v4, ref v8, ref v12, words[order[0]], words[order[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, words[order[2]], words[order[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, words[order[4]], words[order[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, words[order[6]], words[order[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, words[order[8]], words[order[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, words[order[10]], words[order[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, words[order[12]], words[order[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, words[order[14]], words[order[15]]);
        }
        state[0] ^= v0 ^ v8;
        state[1] ^= v1 ^ v9;
        state[2] ^= v2 ^ v10;
        state[3] ^= v3 ^ v11;
        state[4] ^= v4 ^ v12;
        state[5] ^= v5 ^ v13;
        state[6] ^= v6 ^ v14;
        state[7] ^= v7 ^ v15;
    }

    /// <summary>The JIT inlines nothing of this size by itself, and then keeps the words in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
