using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PyRepo.Packaging.Hashes;

/// <summary>Incremental BLAKE2b with 256 bits of output and no key
/// (<see href="https://www.rfc-editor.org/rfc/rfc7693">RFC 7693</see>): the <c>blake2_256_digest</c> of uploads.
/// Neither .NET nor Debian's OpenSSL has it. Not thread-safe.</summary>
public sealed class Blake2b256
{
    /// <summary>The digest's length in bytes.</summary>
    public const int ByteLength = 32;

    const int BlockLength = 128;

    /// <summary>The parameter block (<see href="https://www.rfc-editor.org/rfc/rfc7693#section-2.5">RFC 7693</see>):
    /// 32 bytes of output, fan-out 1, depth 1.</summary>
    const ulong Parameters = 0x0101_0000 | ByteLength;

    readonly ulong[] _state = new ulong[8];
    readonly byte[] _pending = new byte[BlockLength];
    int _pendingLength;
    UInt128 _count;

    /// <summary>Begins a digest.</summary>
    public Blake2b256() => Reset();

    /// <summary>Computes the digest of the data.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        var hash = new Blake2b256();
        hash.Append(data);
        return hash.GetHashAndReset();
    }

    /// <summary>Appends data.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            // The last block is processed only at the end, when it is known to be the last.
            if (_pendingLength == 0 && data.Length > BlockLength)
            {
                _count += BlockLength;
                Compress(data[..BlockLength], isLast: false);
                data = data[BlockLength..];
                continue;
            }
            if (_pendingLength == BlockLength)
                CompressPending(isLast: false);
            var length = Math.Min(data.Length, BlockLength - _pendingLength);
            data[..length].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += length;
            data = data[length..];
        }
    }

    /// <summary>The digest's 32 bytes; then it begins anew.</summary>
    public byte[] GetHashAndReset()
    {
        _pending.AsSpan(_pendingLength).Clear();
        CompressPending(isLast: true);
        var digest = new byte[ByteLength];
        for (var i = 0; i < ByteLength / 8; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(i * 8), _state[i]);
        Reset();
        return digest;
    }

    void Reset()
    {
        Blake2bRounds.Initialize(_state);
        _state[0] ^= Parameters;
        _pendingLength = 0;
        _count = 0;
    }

    void CompressPending(bool isLast)
    {
        _count += (uint)_pendingLength;
        Compress(_pending, isLast);
        _pendingLength = 0;
    }

    void Compress(ReadOnlySpan<byte> block, bool isLast)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        if (!BitConverter.IsLittleEndian)
        {
            var reversed = new ulong[words.Length];
            BinaryPrimitives.ReverseEndianness(words, reversed);
            words = reversed;
        }
        Blake2bRounds.Compress(_state, words, (ulong)_count, (ulong)(_count >> 64), isLast ? ulong.MaxValue : 0);
    }
}
