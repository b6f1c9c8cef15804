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
        while (ZipExtra.TryTake(ref extra, out var identifier, out var data))
        {
            if (identifier != Identifier)
                continue;
            _values = data;
            return;
        }
    }

    /// <summary>Whether values of both sizes, which a local header always has, are these. Some readers use them even
    /// where the header's own fields have room.</summary>
    public readonly bool Agrees(long size, long compressedSize) => _values.Length switch
    {
        0 => true,
        8 => BinaryPrimitives.ReadInt64LittleEndian(_values) == size && size == compressedSize,
        _ => BinaryPrimitives.ReadInt64LittleEndian(_values) == size
            && BinaryPrimitives.ReadInt64LittleEndian(_values[8..]) == compressedSize,
    };

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
