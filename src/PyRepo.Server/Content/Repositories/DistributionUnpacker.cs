using System.Buffers.Binary;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Reads what <see cref="DistributionPacker"/> wrote.</summary>
ref struct DistributionUnpacker(PackedDistribution packed, TextTable texts)
{
    readonly PackedDistribution _packed = packed;
    readonly TextTable _texts = texts;
    readonly PackedFields _fields = packed.Fields;
    ReadOnlySpan<byte> _rest = packed.Rest;

    /// <summary>Returns the file.</summary>
    /// <remarks>C# reads the fields in the order of this text, which is that of the packer: do not sort them.</remarks>
    public Distribution Unpack(DistributionFileName name) => new()
    {
        Name = name,
        Size = _packed.Size,
        Sha256 = _packed.Sha256,
        RecordedAt = _packed.RecordedAt,
        Location = ReadLocation(name.FileName),
        Summary = ReadText(PackedFields.HasSummary),
        DisplayName = ReadText(PackedFields.HasDisplayName),
        RequiresPython = ReadText(PackedFields.HasRequiresPython),
        CoreMetadata = Has(PackedFields.HasCoreMetadata)
            ? Sha256Digest.FromBytes(Take(Sha256Digest.ByteLength)) : null,
        UploadedBy = ReadText(PackedFields.HasUploadedBy),
        Yanked = ReadText(PackedFields.IsYanked),
        YankedAt = ReadTime(PackedFields.HasYankedAt),
        YankedBy = ReadText(PackedFields.HasYankedBy),
        UploadedAt = Has(PackedFields.UploadedWhenRecorded)
            ? _packed.RecordedAt : ReadTime(PackedFields.HasUploadedAt),
        FileTime = ReadTime(PackedFields.HasFileTime),
        Md5 = ReadDigest(PackedFields.HasMd5, PackedFields.IsMd5Text),
        Blake2b256 = ReadDigest(PackedFields.HasBlake2b, PackedFields.IsBlake2bText),
        Provenance = ReadDigest(PackedFields.HasProvenance, PackedFields.IsProvenanceText),
    };

    string ReadLocation(string fileName) => Has(PackedFields.LocationHasName)
        ? $"{_texts[ReadNumber()]}{Encoding.UTF8.GetString(Take(ReadNumber()))}/{fileName}"
        : Encoding.UTF8.GetString(Take(ReadNumber()));

    string? ReadText(PackedFields field) => Has(field) ? _texts[ReadNumber()] : null;

    DateTimeOffset? ReadTime(PackedFields field) => Has(field)
        ? new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))), TimeSpan.Zero) : null;

    string? ReadDigest(PackedFields field, PackedFields isText)
    {
        if (!Has(field))
            return null;
        var bytes = Take(ReadNumber());
        return Has(isText) ? Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes);
    }

    readonly bool Has(PackedFields field) => (_fields & field) != 0;

    ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    int ReadNumber()
    {
        var (number, shift) = (0u, 0);
        while (true)
        {
            var next = Take(1)[0];
            number |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return (int)number;
            shift += 7;
        }
    }
}
