using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Packs the files of one project. One thread at a time uses it.</summary>
sealed class DistributionPacker
{
    static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    readonly ArrayBufferWriter<byte> _output = new(1024);
    PackedFields _fields;

    /// <summary>The texts that the packed files have in common.</summary>
    public TextTable Texts { get; } = new();

    /// <summary>Packs a file whose size and SHA-256 are known, as those of records are.</summary>
    public PackedDistribution Pack(Distribution file)
    {
        _output.ResetWrittenCount();
        _fields = file.Name.Version is { IsPrerelease: false } ? PackedFields.IsFinal : PackedFields.None;
        _output.GetSpan(PackedDistribution.HeadLength)[..PackedDistribution.HeadLength].Clear();
        _output.Advance(PackedDistribution.HeadLength);
        WriteOrderKey(_output, file.Name.Version, file.Name.VersionText);
        var keyLength = _output.WrittenCount - PackedDistribution.HeadLength;
        Encoding.UTF8.GetBytes(file.Name.FileName, _output);
        var nameLength = _output.WrittenCount - PackedDistribution.HeadLength - keyLength;
        WriteFields(file);
        var bytes = _output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)_fields);
        BinaryPrimitives.WriteUInt16LittleEndian(
            bytes.AsSpan(PackedDistribution.KeyLengthAt), checked((ushort)keyLength));
        BinaryPrimitives.WriteUInt16LittleEndian(
            bytes.AsSpan(PackedDistribution.NameLengthAt), checked((ushort)nameLength));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PackedDistribution.SizeAt), file.Size!.Value);
        BinaryPrimitives.WriteInt64LittleEndian(
            bytes.AsSpan(PackedDistribution.RecordedAtAt), file.RecordedAt.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(
            bytes.AsSpan(PackedDistribution.PageLengthAt), (int)LengthOnPage.Measure(file));
        file.Sha256!.Value.CopyTo(bytes.AsSpan(PackedDistribution.Sha256At));
        return new PackedDistribution(bytes);
    }

    /// <summary>
    /// Returns what orders the files of a page before their names do: versions that are not valid come first, as they
    /// are written.
    /// </summary>
    public static byte[] GetOrderKey(DistributionFileName name)
    {
        var key = new ArrayBufferWriter<byte>();
        WriteOrderKey(key, name.Version, name.VersionText);
        return key.WrittenSpan.ToArray();
    }

    /// <summary>Returns the same of a version as somebody writes it.</summary>
    public static byte[] GetOrderKey(string version)
    {
        var key = new ArrayBufferWriter<byte>();
        WriteOrderKey(key, PythonVersion.TryParse(version, out var parsed) ? parsed : null, version);
        return key.WrittenSpan.ToArray();
    }

    static void WriteOrderKey(IBufferWriter<byte> output, PythonVersion? version, string text)
    {
        output.Write([version is null ? (byte)0 : (byte)1]);
        if (version is null)
            Encoding.UTF8.GetBytes(text, output);
        else
            version.WriteOrderKey(output);
    }

    /// <summary>The order is that in which <see cref="DistributionUnpacker"/> reads.</summary>
    void WriteFields(Distribution file)
    {
        WriteLocation(file.Location, file.Name.FileName);
        WriteText(PackedFields.HasSummary, file.Summary);
        WriteText(PackedFields.HasDisplayName, file.DisplayName);
        WriteText(PackedFields.HasRequiresPython, file.RequiresPython);
        if (file.CoreMetadata is { } metadata)
        {
            _fields |= PackedFields.HasCoreMetadata;
            metadata.CopyTo(_output.GetSpan(Sha256Digest.ByteLength));
            _output.Advance(Sha256Digest.ByteLength);
        }
        WriteText(PackedFields.HasUploadedBy, file.UploadedBy);
        WriteText(PackedFields.IsYanked, file.Yanked);
        WriteTime(PackedFields.HasYankedAt, file.YankedAt);
        WriteText(PackedFields.HasYankedBy, file.YankedBy);
        if (file.UploadedAt == file.RecordedAt)
            _fields |= PackedFields.UploadedWhenRecorded;
        else
            WriteTime(PackedFields.HasUploadedAt, file.UploadedAt);
        WriteTime(PackedFields.HasFileTime, file.FileTime);
        WriteDigest(PackedFields.HasMd5, PackedFields.IsMd5Text, file.Md5);
        WriteDigest(PackedFields.HasBlake2b, PackedFields.IsBlake2bText, file.Blake2b256);
        WriteDigest(PackedFields.HasProvenance, PackedFields.IsProvenanceText, file.Provenance);
    }

    /// <summary>
    /// Bytes are usually in a folder of their own, below that of the project, under the name of the file.
    /// </summary>
    void WriteLocation(string location, string fileName)
    {
        if (!location.EndsWith(fileName, StringComparison.Ordinal)
            || location.Length == fileName.Length || location[^(fileName.Length + 1)] != '/')
        {
            WriteBytes(location);
            return;
        }
        _fields |= PackedFields.LocationHasName;
        var folder = location.AsSpan(0, location.Length - fileName.Length - 1);
        var parent = folder.LastIndexOf('/') + 1;
        WriteNumber(Texts.GetOrAdd(folder[..parent].ToString()));
        WriteBytes(folder[parent..]);
    }

    void WriteText(PackedFields field, string? text)
    {
        if (text is null)
            return;
        _fields |= field;
        WriteNumber(Texts.GetOrAdd(text));
    }

    void WriteTime(PackedFields field, DateTimeOffset? time)
    {
        if (time is not { } value)
            return;
        _fields |= field;
        BinaryPrimitives.WriteInt64LittleEndian(_output.GetSpan(sizeof(long)), value.UtcTicks);
        _output.Advance(sizeof(long));
    }

    /// <summary>Writes the bytes of a digest in lowercase hexadecimal digits, and of any other text the text.</summary>
    void WriteDigest(PackedFields field, PackedFields isText, string? hex)
    {
        if (hex is null)
            return;
        _fields |= field;
        Span<byte> bytes = stackalloc byte[64];
        if (hex.Length > 2 * bytes.Length || hex.AsSpan().ContainsAnyExcept(_hexDigits)
            || Convert.FromHexString(hex, bytes, out _, out var length) is not OperationStatus.Done)
        {
            _fields |= isText;
            WriteBytes(hex);
            return;
        }
        WriteNumber(length);
        _output.Write(bytes[..length]);
    }

    void WriteBytes(ReadOnlySpan<char> text)
    {
        WriteNumber(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _output);
    }

    void WriteNumber(int number)
    {
        var rest = (uint)number;
        for (; rest > 0x7f; rest >>= 7)
            _output.Write([(byte)(rest | 0x80)]);
        _output.Write([(byte)rest]);
    }
}
