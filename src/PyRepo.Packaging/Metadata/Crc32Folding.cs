using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reduces many bytes to sixteen that have the same CRC-32, by multiplication without carry.</summary>
/// <remarks>
/// To move a part of the message by n bits towards its end is to multiply it by x^n; modulo the CRC's polynomial, that
/// is a multiplication by 32 bits. Everything is bit-reflected, as the CRC is.
/// </remarks>
static class Crc32Folding
{
    /// <summary>The number of bytes that remain.</summary>
    public const int RestLength = 16;

    /// <summary>The least number of bytes that can be folded.</summary>
    public const int MinLength = 4 * RestLength;

    /// <summary>x^(512+32) and x^(512-32) modulo the polynomial: over four blocks.</summary>
    static Vector128<ulong> FourBlocks => Vector128.Create(0x154442bd4UL, 0x1c6e41596);

    /// <summary>x^(128+32) and x^(128-32) modulo the polynomial: over one block.</summary>
    static Vector128<ulong> OneBlock => Vector128.Create(0x1751997d0UL, 0x0ccaa009e);

    /// <summary>Whether the processor can do it.</summary>
    public static bool IsSupported => Pclmulqdq.IsSupported;

    /// <summary>Folds whole blocks of sixteen bytes.</summary>
    /// <param name="crc">The CRC's register before the bytes.</param>
    /// <param name="bytes">At least <see cref="MinLength"/> bytes.</param>
    /// <param name="rest">Receives the bytes that, from a register of 0, lead to the same CRC.</param>
    /// <returns>How many bytes were folded.</returns>
    public static int Fold(uint crc, ReadOnlySpan<byte> bytes, Span<byte> rest)
    {
        var (a, b, c, d) = (Block(bytes, 0), Block(bytes, 1), Block(bytes, 2), Block(bytes, 3));
        a ^= Vector128.CreateScalar((ulong)crc);
        var left = bytes[MinLength..];
        for (; left.Length >= MinLength; left = left[MinLength..])
        {
            a = Move(a, FourBlocks) ^ Block(left, 0);
            b = Move(b, FourBlocks) ^ Block(left, 1);
            c = Move(c, FourBlocks) ^ Block(left, 2);
            d = Move(d, FourBlocks) ^ Block(left, 3);
        }
        a = Move(a, OneBlock) ^ b;
        a = Move(a, OneBlock) ^ c;
        a = Move(a, OneBlock) ^ d;
        for (; left.Length >= RestLength; left = left[RestLength..])
            a = Move(a, OneBlock) ^ Block(left, 0);
        a.AsByte().CopyTo(rest);
        return bytes.Length - left.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Block(ReadOnlySpan<byte> bytes, int index) =>
        Vector128.Create(bytes.Slice(index * RestLength, RestLength)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Move(Vector128<ulong> block, Vector128<ulong> over) =>
        Pclmulqdq.CarrylessMultiply(block, over, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, over, 0x11);
}
