using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads and writes JSON pages of the
/// <see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple repository
/// API</see> (PEP 691, 700, 714, 740, 792).</summary>
/// <remarks>Writes what every client can read: no <c>null</c>, and <c>core-metadata</c> without its older alias
/// <c>dist-info-metadata</c>, on which some versions of pip fail.</remarks>
public static partial class SimpleJson
{
    static readonly JsonWriterOptions _options = new()
    {
        // Pages are never embedded in HTML; what JSON itself demands is still escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>
    /// Writes a project's page with API version 1.4, and a newline. A proxy saves pages in this format, too: what is
    /// added to it goes with a higher <c>CachedPageMetadata.CurrentFormat</c>.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, ProjectDetail page)
    {
        WriteBeginning(output, page);
        WriteVersions(output, page.Versions, isFirst: true);
        WriteBetween(output);
        WriteFiles(output, page.Files, isFirst: true);
        WriteEnd(output);
    }

    /// <summary>Writes a project's page up to its first version, for those who write long pages in parts.</summary>
    public static void WriteBeginning(IBufferWriter<byte> output, ProjectDetail page)
    {
        using var json = new Utf8JsonWriter(output, _options);
        json.WriteStartObject();
        WriteMeta(json, page.LastSerial);
        json.WriteString(Key.Name, page.Name);
        WriteStatus(json, page);
        json.WriteStartArray(Key.Versions);
    }

    /// <summary>Writes some of the versions.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="versions">The versions; at least one, unless they are all of the page.</param>
    /// <param name="isFirst">Whether there are none before them.</param>
    public static void WriteVersions(IBufferWriter<byte> output, IEnumerable<string> versions, bool isFirst)
    {
        if (!isFirst)
            output.Write(","u8);
        using var json = new Utf8JsonWriter(output, _options);
        foreach (var version in versions)
            json.WriteStringValue(version);
    }

    /// <summary>Writes what is between the last version and the first file.</summary>
    public static void WriteBetween(IBufferWriter<byte> output) => output.Write("],\"files\":["u8);

    /// <summary>Writes some of the files.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="files">The files; at least one, unless they are all of the page.</param>
    /// <param name="isFirst">Whether there are none before them.</param>
    public static void WriteFiles(IBufferWriter<byte> output, IEnumerable<PageFile> files, bool isFirst)
    {
        if (!isFirst)
            output.Write(","u8);
        using var json = new Utf8JsonWriter(output, _options);
        foreach (var file in files)
            WriteFile(json, file);
    }

    /// <summary>Writes what follows the last file.</summary>
    public static void WriteEnd(IBufferWriter<byte> output) => output.Write("]}\n"u8);

    /// <summary>Writes the list of projects with API version 1.4, and a newline.</summary>
    public static void Write(IBufferWriter<byte> output, ProjectList list)
    {
        using (var json = new Utf8JsonWriter(output, _options))
        {
            json.WriteStartObject();
            WriteMeta(json, list.LastSerial);
            json.WriteStartArray(Key.Projects);
            foreach (var project in list.Projects)
            {
                json.WriteStartObject();
                json.WriteString(Key.Name, project.Name);
                if (project.LastSerial is { } serial)
                    json.WriteNumber(Key.LastSerial, serial);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    static void WriteMeta(Utf8JsonWriter json, long? lastSerial)
    {
        json.WriteStartObject(Key.Meta);
        json.WriteString(Key.ApiVersion, ProjectDetail.CurrentApiVersion);
        if (lastSerial is { } serial)
            json.WriteNumber(Key.LastSerial, serial);
        json.WriteEndObject();
    }

    static void WriteStatus(Utf8JsonWriter json, ProjectDetail page)
    {
        json.WriteStartObject(Key.ProjectStatus);
        json.WriteString(Key.Status, page.Status.ToName());
        if (page.StatusReason is { } reason)
            json.WriteString(Key.Reason, reason);
        json.WriteEndObject();
    }

    static void WriteFile(Utf8JsonWriter json, PageFile file)
    {
        json.WriteStartObject();
        json.WriteString(Key.FileName, file.FileName);
        json.WriteString(Key.Url, file.Url);
        json.WriteStartObject(Key.Hashes);
        if (file.Hashes.Sha256 is { } sha256)
            WriteDigest(json, sha256);
        if (file.Hashes.OtherAlgorithm is { } algorithm)
            json.WriteString(algorithm, file.Hashes.OtherHex);
        json.WriteEndObject();
        if (file.RequiresPython is { } requiresPython)
            json.WriteString(Key.RequiresPython, requiresPython);
        WriteCoreMetadata(json, file.CoreMetadata);
        WriteYanked(json, file.Yanked);
        if (file.Size is { } size)
            json.WriteNumber(Key.Size, size);
        if (file.UploadTime is { } uploadTime)
            WriteTime(json, uploadTime);
        if (file.Provenance is { } provenance)
            json.WriteString(Key.Provenance, provenance);
        if (file.GpgSig is { } gpgSig)
            json.WriteBoolean(Key.GpgSig, gpgSig);
        json.WriteEndObject();
    }

    static void WriteCoreMetadata(Utf8JsonWriter json, MetadataAvailability availability)
    {
        if (availability.Sha256 is { } sha256)
        {
            json.WriteStartObject(Key.CoreMetadata);
            WriteDigest(json, sha256);
            json.WriteEndObject();
        }
        else if (availability.IsPresent)
        {
            json.WriteBoolean(Key.CoreMetadata, true);
        }
    }

    /// <summary>Writes <c>true</c> if there is no reason (<see href="https://peps.python.org/pep-0592/">PEP
    /// 592</see>).</summary>
    static void WriteYanked(Utf8JsonWriter json, string? yanked)
    {
        if (string.IsNullOrEmpty(yanked))
            json.WriteBoolean(Key.Yanked, yanked is not null);
        else
            json.WriteString(Key.Yanked, yanked);
    }

    static void WriteDigest(Utf8JsonWriter json, Sha256Digest digest)
    {
        Span<byte> hex = stackalloc byte[Sha256Digest.HexLength];
        digest.TryFormat(hex, out _);
        json.WriteString(Key.Sha256, hex);
    }

    static void WriteTime(Utf8JsonWriter json, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[UploadTime.Length];
        UploadTime.Write(text, time);
        json.WriteString(Key.UploadTime, text);
    }

    static class Key
    {
        public static readonly JsonEncodedText Meta = JsonEncodedText.Encode("meta");
        public static readonly JsonEncodedText ApiVersion = JsonEncodedText.Encode("api-version");
        public static readonly JsonEncodedText LastSerial = JsonEncodedText.Encode("_last-serial");
        public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
        public static readonly JsonEncodedText ProjectStatus = JsonEncodedText.Encode("project-status");
        public static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
        public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
        public static readonly JsonEncodedText Versions = JsonEncodedText.Encode("versions");
        public static readonly JsonEncodedText Files = JsonEncodedText.Encode("files");
        public static readonly JsonEncodedText Projects = JsonEncodedText.Encode("projects");
        public static readonly JsonEncodedText FileName = JsonEncodedText.Encode("filename");
        public static readonly JsonEncodedText Url = JsonEncodedText.Encode("url");
        public static readonly JsonEncodedText Hashes = JsonEncodedText.Encode("hashes");
        public static readonly JsonEncodedText Sha256 = JsonEncodedText.Encode("sha256");
        public static readonly JsonEncodedText RequiresPython = JsonEncodedText.Encode("requires-python");
        public static readonly JsonEncodedText CoreMetadata = JsonEncodedText.Encode("core-metadata");
        public static readonly JsonEncodedText Yanked = JsonEncodedText.Encode("yanked");
        public static readonly JsonEncodedText Size = JsonEncodedText.Encode("size");
        public static readonly JsonEncodedText UploadTime = JsonEncodedText.Encode("upload-time");
        public static readonly JsonEncodedText Provenance = JsonEncodedText.Encode("provenance");
        public static readonly JsonEncodedText GpgSig = JsonEncodedText.Encode("gpg-sig");
    }
}

/// <summary>The serializer context of the JSON documents that are read.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(PageFileConverter), typeof(ListedProjectConverter)])]
[JsonSerializable(typeof(ProjectDocument))]
[JsonSerializable(typeof(ListDocument))]
sealed partial class PageJson : JsonSerializerContext;
