using System.Buffers.Binary;

namespace PyRepo.Sigstore.Certificates;

/// <summary>Reads TLS's presentation language (RFC 8446 §3).</summary>
sealed class TlsReader(ReadOnlyMemory<byte> rest)
{
    /// <summary>Whether all is read.</summary>
    public bool IsEmpty => rest.IsEmpty;

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => Read(1).Span[0];

    /// <summary>Reads so many bytes.</summary>
    public ReadOnlyMemory<byte> Read(int count)
    {
        if (rest.Length < count)
            throw new FormatException("certificate timestamps end too early");
        var read = rest[..count];
        rest = rest[count..];
        return read;
    }

    /// <summary>Reads a vector whose length is in two bytes.</summary>
    public ReadOnlyMemory<byte> ReadVector16() => Read(BinaryPrimitives.ReadUInt16BigEndian(Read(2).Span));

    /// <summary>Refuses what follows.</summary>
    public void ThrowIfNotEmpty()
    {
        if (!rest.IsEmpty)
            throw new FormatException("something follows certificate timestamps");
    }
}
