using System.Buffers.Binary;

namespace PyRepo.Packaging.Metadata;

/// <summary>The ZIP64 extra field of a member
/// (<see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</see> 4.5.3): 64-bit values, in
/// order, for the header fields whose bits are all ones.</summary>
ref struct Zip64Extra
{
    const ushort Identifier = 1;

    ReadOnlySpan<byte> _values;

    public Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var identifier = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (length > extra.Length)
                return;
            if (identifier == Identifier)
            {
                _values = extra[..length];
                return;
            }
            extra = extra[length..];
        }
    }

    /// <summary>Replaces a field whose bits are all ones with its 64-bit value. Returns false if that is missing or
    /// negative.
    /// </summary>
    public bool TryReplace(ref long field)
    {
        if (field != uint.MaxValue)
            return true;
        if (_values.Length < 8)
            return false;
        field = BinaryPrimitives.ReadInt64LittleEndian(_values);
        _values = _values[8..];
        return field >= 0;
    }
}
