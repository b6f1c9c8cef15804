using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyRepo.Packaging.Hashes;

/// <summary>The compression function F of BLAKE2b (<see href="https://www.rfc-editor.org/rfc/rfc7693#section-3.2">RFC
/// 7693</see>).</summary>
/// <remarks>
/// The sixteen words are local variables, which stay in registers where the processor has enough of them, and the
/// calls are inlined. The twelve rounds are written out, each with its row of the message schedule SIGMA
/// (<see href="https://www.rfc-editor.org/rfc/rfc7693#section-2.7">RFC 7693</see>): as a loop over a table of the rows
/// it took 4.5 instead of 1.85 CPU-s/GB, with vectors of two words 3.4, and of four, with AVX2, 2.6 to 3.
/// </remarks>
static class Blake2bRounds
{
    static ReadOnlySpan<ulong> Start =>
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
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
        // The last word first: the compiler then knows that all others are there.
        _ = words[15];

        Mix(ref v0, ref v4, ref v8, ref v12, in words[0], in words[1]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[2], in words[3]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[4], in words[5]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[6], in words[7]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[8], in words[9]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[10], in words[11]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[12], in words[13]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[14], in words[15]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[14], in words[10]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[4], in words[8]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[9], in words[15]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[13], in words[6]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[1], in words[12]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[0], in words[2]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[11], in words[7]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[5], in words[3]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[11], in words[8]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[12], in words[0]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[5], in words[2]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[15], in words[13]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[10], in words[14]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[3], in words[6]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[7], in words[1]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[9], in words[4]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[7], in words[9]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[3], in words[1]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[13], in words[12]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[11], in words[14]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[2], in words[6]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[5], in words[10]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[4], in words[0]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[15], in words[8]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[9], in words[0]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[5], in words[7]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[2], in words[4]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[10], in words[15]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[14], in words[1]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[11], in words[12]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[6], in words[8]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[3], in words[13]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[2], in words[12]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[6], in words[10]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[0], in words[11]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[8], in words[3]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[4], in words[13]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[7], in words[5]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[15], in words[14]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[1], in words[9]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[12], in words[5]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[1], in words[15]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[14], in words[13]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[4], in words[10]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[0], in words[7]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[6], in words[3]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[9], in words[2]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[8], in words[11]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[13], in words[11]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[7], in words[14]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[12], in words[1]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[3], in words[9]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[5], in words[0]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[15], in words[4]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[8], in words[6]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[2], in words[10]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[6], in words[15]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[14], in words[9]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[11], in words[3]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[0], in words[8]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[12], in words[2]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[13], in words[7]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[1], in words[4]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[10], in words[5]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[10], in words[2]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[8], in words[4]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[7], in words[6]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[1], in words[5]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[15], in words[11]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[9], in words[14]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[3], in words[12]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[13], in words[0]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[0], in words[1]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[2], in words[3]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[4], in words[5]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[6], in words[7]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[8], in words[9]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[10], in words[11]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[12], in words[13]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[14], in words[15]);

        Mix(ref v0, ref v4, ref v8, ref v12, in words[14], in words[10]);
        Mix(ref v1, ref v5, ref v9, ref v13, in words[4], in words[8]);
        Mix(ref v2, ref v6, ref v10, ref v14, in words[9], in words[15]);
        Mix(ref v3, ref v7, ref v11, ref v15, in words[13], in words[6]);
        Mix(ref v0, ref v5, ref v10, ref v15, in words[1], in words[12]);
        Mix(ref v1, ref v6, ref v11, ref v12, in words[0], in words[2]);
        Mix(ref v2, ref v7, ref v8, ref v13, in words[11], in words[7]);
        Mix(ref v3, ref v4, ref v9, ref v14, in words[5], in words[3]);

        state[0] ^= v0 ^ v8;
        state[1] ^= v1 ^ v9;
        state[2] ^= v2 ^ v10;
        state[3] ^= v3 ^ v11;
        state[4] ^= v4 ^ v12;
        state[5] ^= v5 ^ v13;
        state[6] ^= v6 ^ v14;
        state[7] ^= v7 ^ v15;
    }

    /// <summary>
    /// The function G. The compiler inlines nothing of this size by itself, and then keeps the words in memory. It loads
    /// a word of the block that is passed by reference where it is added, and needs no register for it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, in ulong x, in ulong y)
    {
        a += b;
        a += x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b;
        a += y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
