using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// A Bloom filter of names. None that was added is missed. It is full when 1 % of the others are mistaken for one.
/// </summary>
/// <remarks>It is not thread-safe.</remarks>
/// <param name="length">Its length in bytes, a multiple of eight.</param>
sealed class NameFilter(int length)
{
    /// <summary>The bits that each name sets.</summary>
    const int BitsPerName = 4;

    /// <summary>The share of bits that are set when 1 % are mistaken: its fourth power.</summary>
    const double FullShare = 0.316;

    readonly byte[] _bits = new byte[length];
    long _set;

    /// <summary>The bits, in the form that is saved.</summary>
    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>Whether it should take no more names.</summary>
    public bool IsFull => _set > FullShare * length * 8;

    /// <summary>Returns the digest of a name, by which filters know it.</summary>
    public static byte[] GetDigest(ProjectName name) => SHA256.HashData(Encoding.UTF8.GetBytes(name.Value));

    /// <summary>Adds a name.</summary>
    public void Add(ReadOnlySpan<byte> digest)
    {
        for (var i = 0; i < BitsPerName; i++)
        {
            var (at, bit) = Find(digest, i);
            if ((_bits[at] & bit) == 0)
                _set++;
            _bits[at] |= bit;
        }
    }

    /// <summary>Whether a name was added.</summary>
    public bool Contains(ReadOnlySpan<byte> digest)
    {
        for (var i = 0; i < BitsPerName; i++)
        {
            var (at, bit) = Find(digest, i);
            if ((_bits[at] & bit) == 0)
                return false;
        }
        return true;
    }

    /// <summary>Adds the names of a filter of the same length.</summary>
    public void Merge(ReadOnlySpan<byte> bits)
    {
        for (var i = 0; i < bits.Length; i++)
            _bits[i] |= bits[i];
        _set = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(_bits))
            _set += BitOperations.PopCount(word);
    }

    (int At, byte Bit) Find(ReadOnlySpan<byte> digest, int number)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(digest[(number * sizeof(uint))..]);
        var position = (int)(word % (length * 8u));
        return (position / 8, (byte)(1 << (position % 8)));
    }
}
