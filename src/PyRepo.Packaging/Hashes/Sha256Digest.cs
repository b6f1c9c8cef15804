using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PyRepo.Packaging.Hashes;

/// <summary>A SHA-256 digest, stored as 32 bytes.</summary>
public readonly record struct Sha256Digest : IComparable<Sha256Digest>
{
    /// <summary>The length of a digest in bytes.</summary>
    public const int ByteLength = 32;

    /// <summary>The length of a digest in hexadecimal digits.</summary>
    public const int HexLength = 64;

    readonly ulong _first;
    readonly ulong _second;
    readonly ulong _third;
    readonly ulong _fourth;

    Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The first 16 hexadecimal digits, in lowercase.</summary>
    public string Prefix16 => _first.ToString("x16", null);

    /// <summary>Creates a digest from its 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == ByteLength
        ? new Sha256Digest(bytes)
        : throw new ArgumentException($"A SHA-256 digest has {ByteLength} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Computes the digest of the data.</summary>
    public static Sha256Digest HashData(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[ByteLength];
        SHA256.HashData(data, digest);
        return new Sha256Digest(digest);
    }

    /// <summary>Computes the digest of a stream, from its position to its end.</summary>
    public static async ValueTask<Sha256Digest> HashDataAsync(Stream stream, CancellationToken cancellationToken)
    {
        var digest = new byte[ByteLength];
        await SHA256.HashDataAsync(stream, digest, cancellationToken).ConfigureAwait(false);
        return FromBytes(digest);
    }

    /// <summary>Reads 64 hexadecimal digits of either case, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out Sha256Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (hex.Length != HexLength || Convert.FromHexString(hex, bytes, out _, out _) != OperationStatus.Done)
            return false;
        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>Reads 64 hexadecimal digits of either case, and nothing else.</summary>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static Sha256Digest Parse(ReadOnlySpan<char> hex) => TryParse(hex, out var digest)
        ? digest
        : throw new FormatException($"\"{hex}\" is not a SHA-256 digest of {HexLength} hexadecimal digits.");

    /// <summary>Writes the 32 bytes of the digest.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    /// <summary>Writes the 64 lowercase hexadecimal digits as UTF-8. Returns false if the destination is too
    /// short.</summary>
    public bool TryFormat(Span<byte> utf8, out int bytesWritten)
    {
        bytesWritten = 0;
        if (utf8.Length < HexLength)
            return false;
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Convert.TryToHexStringLower(bytes, utf8, out bytesWritten);
    }

    /// <summary>Compares the bytes of the digests.</summary>
    public int CompareTo(Sha256Digest other)
    {
        if (_first != other._first)
            return _first.CompareTo(other._first);
        if (_second != other._second)
            return _second.CompareTo(other._second);
        return _third != other._third ? _third.CompareTo(other._third) : _fourth.CompareTo(other._fourth);
    }

    public static bool operator <(Sha256Digest left, Sha256Digest right) => left.CompareTo(right) < 0;

    public static bool operator >(Sha256Digest left, Sha256Digest right) => left.CompareTo(right) > 0;

    public static bool operator <=(Sha256Digest left, Sha256Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Sha256Digest left, Sha256Digest right) => left.CompareTo(right) >= 0;

    /// <summary>Formats 64 lowercase hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
