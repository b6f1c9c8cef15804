using System.Text.Json;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads an entry of <c>files</c> as a <see cref="PageFile"/>, or null if it has no URL.
/// </summary>
sealed class PageFileConverter : ReadOnlyConverter<PageFile?>
{
    public override PageFile? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (!reader.StartsObject())
            return null;
        var entry = default(Entry);
        while (reader.ReadProperty())
            ReadProperty(ref reader, ref entry);
        return entry.ToFile();
    }

    static void ReadProperty(ref Utf8JsonReader reader, ref Entry entry)
    {
        if (reader.IsProperty("filename"u8))
            entry.FileName = reader.ReadString();
        else if (reader.IsProperty("url"u8))
            entry.Url = reader.ReadString();
        else if (reader.IsProperty("hashes"u8))
            entry.Hashes = ReadHashes(ref reader);
        else if (reader.IsProperty("requires-python"u8))
            entry.RequiresPython = reader.ReadString();
        else if (reader.IsProperty("core-metadata"u8) || reader.IsProperty("dist-info-metadata"u8)
            || reader.IsProperty("data-dist-info-metadata"u8))
            entry.Metadata = Stronger(entry.Metadata, ReadMetadata(ref reader));
        else if (reader.IsProperty("yanked"u8))
            entry.Yanked = ReadYanked(ref reader);
        else if (reader.IsProperty("size"u8))
            entry.Size = reader.ReadInt64();
        else if (reader.IsProperty("upload-time"u8))
            entry.UploadTime = UploadTime.Parse(reader.ReadString());
        else if (reader.IsProperty("provenance"u8))
            entry.Provenance = reader.ReadString();
        else if (reader.IsProperty("gpg-sig"u8))
            entry.GpgSig = reader.ReadBoolean();
        else
            reader.SkipValue();
    }

    static FileHashes ReadHashes(ref Utf8JsonReader reader)
    {
        var hashes = default(FileHashes);
        if (!reader.StartsObject())
            return hashes;
        while (reader.ReadProperty())
        {
            if (reader.IsProperty("sha256"u8))
            {
                hashes = ReadSha256(ref reader) is { } sha256 ? hashes with { Sha256 = sha256 } : hashes;
                continue;
            }
            var algorithm = reader.GetString()!;
            reader.Read();
            hashes = reader.ReadString() is { } hex ? hashes.With(algorithm, hex) : hashes;
        }
        return hashes;
    }

    static Sha256Digest? ReadSha256(ref Utf8JsonReader reader) =>
        Sha256Digest.TryParse(reader.ReadString(), out var digest) ? digest : null;

    /// <summary><c>false</c> and <c>null</c> mean none, <c>true</c> one without a hash, and an object one with hashes.
    /// </summary>
    static MetadataAvailability ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.True)
            return MetadataAvailability.WithoutHash;
        if (!reader.StartsObject())
            return MetadataAvailability.None;
        var availability = MetadataAvailability.WithoutHash;
        while (reader.ReadProperty())
        {
            if (!reader.IsProperty("sha256"u8))
                reader.SkipValue();
            else if (ReadSha256(ref reader) is { } sha256)
                availability = MetadataAvailability.WithHash(sha256);
        }
        return availability;
    }

    /// <summary>The availability may appear under up to three keys. The most specific one counts.</summary>
    static MetadataAvailability Stronger(MetadataAvailability one, MetadataAvailability other) =>
        one.Sha256 is not null || !other.IsPresent ? one : other;

    /// <summary><c>false</c>, <c>true</c> or the reason (<see href="https://peps.python.org/pep-0691/">PEP 691</see>).
    /// An empty reason means not yanked.</summary>
    static string? ReadYanked(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.True)
            return "";
        var reason = reader.ReadString();
        return reason is { Length: > 0 } ? reason : null;
    }

    struct Entry
    {
        public string? FileName;
        public string? Url;
        public FileHashes Hashes;
        public string? RequiresPython;
        public MetadataAvailability Metadata;
        public string? Yanked;
        public long? Size;
        public DateTimeOffset? UploadTime;
        public string? Provenance;
        public bool? GpgSig;

        public readonly PageFile? ToFile()
        {
            if (string.IsNullOrEmpty(Url))
                return null;
            var url = PageUrl.Parse(Url);
            var fileName = FileName ?? url.FileName;
            return fileName.Length == 0 ? null : new PageFile
            {
                FileName = fileName,
                Url = url.Url,
                Hashes = url.AddHashesTo(Hashes),
                RequiresPython = RequiresPython is { Length: > 0 } ? StringPool.Intern(RequiresPython) : null,
                CoreMetadata = Metadata,
                Yanked = Yanked is null ? null : StringPool.Intern(Yanked),
                Size = Size >= 0 ? Size : null,
                UploadTime = UploadTime,
                Provenance = Provenance is { Length: > 0 } ? Provenance : null,
                GpgSig = GpgSig,
            };
        }
    }
}
