using System.Text.Json;

namespace PyRepo.Server.Content.Records;

/// <summary>Reads one line of a record, property by property.</summary>
/// <remarks>
/// A page that is in nobody's memory waits for as many lines as its project has files, and a start for all of them. The
/// serializer takes several times as long for a type that cannot be changed.
/// </remarks>
struct ProjectEventReader
{
    ProjectEventKind? _event;
    DateTimeOffset? _at;
    string? _by;
    long _serial;
    long? _first;
    long? _indexSerial;
    string? _file;
    string? _key;
    DateTimeOffset? _fileTime;
    long? _size;
    string? _sha256;
    string? _coreMetadata;
    string? _md5;
    string? _blake2b256;
    string? _requiresPython;
    string? _name;
    string? _summary;
    DateTimeOffset? _uploaded;
    string? _reason;
    string? _status;
    string? _provenance;
    string? _writeId;
    bool? _keepsBytes;

    /// <summary>Reads an event. Properties that are not known are skipped.</summary>
    /// <exception cref="JsonException">The line is not an event.</exception>
    public static ProjectEvent Read(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("It is not an object.");
        var reader = default(ProjectEventReader);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            try
            {
                reader.ReadProperty(ref json);
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException)
            {
                throw new JsonException($"Byte {json.TokenStartIndex} starts a value of another type.", error);
            }
        }
        if (json.Read())
            throw new JsonException("It is more than one object.");
        return reader.ToEvent();
    }

    void ReadProperty(ref Utf8JsonReader json)
    {
        if (Is(ref json, "event"u8))
            _event = GetKind(json.GetString());
        else if (Is(ref json, "serial"u8))
            _serial = json.GetInt64();
        else if (Is(ref json, "first"u8))
            _first = Number(ref json);
        else if (Is(ref json, "index-serial"u8))
            _indexSerial = Number(ref json);
        else if (Is(ref json, "at"u8))
            _at = Time(ref json);
        else if (Is(ref json, "by"u8))
            _by = json.GetString();
        else if (Is(ref json, "size"u8))
            _size = Number(ref json);
        else if (Is(ref json, "file-time"u8))
            _fileTime = Time(ref json);
        else if (Is(ref json, "uploaded"u8))
            _uploaded = Time(ref json);
        else if (Is(ref json, "keeps-bytes"u8))
            _keepsBytes = json.TokenType is JsonTokenType.Null ? null : json.GetBoolean();
        else if (!ReadText(ref json))
            json.Skip();
    }

    bool ReadText(ref Utf8JsonReader json)
    {
        if (Is(ref json, "file"u8))
            _file = json.GetString();
        else if (Is(ref json, "key"u8))
            _key = json.GetString();
        else if (Is(ref json, "sha256"u8))
            _sha256 = json.GetString();
        else if (Is(ref json, "core-metadata"u8))
            _coreMetadata = json.GetString();
        else if (Is(ref json, "provenance"u8))
            _provenance = json.GetString();
        else if (Is(ref json, "md5"u8))
            _md5 = json.GetString();
        else if (Is(ref json, "blake2b256"u8))
            _blake2b256 = json.GetString();
        else if (Is(ref json, "requires-python"u8))
            _requiresPython = json.GetString();
        else if (Is(ref json, "name"u8))
            _name = json.GetString();
        else if (Is(ref json, "summary"u8))
            _summary = json.GetString();
        else if (Is(ref json, "reason"u8))
            _reason = json.GetString();
        else if (Is(ref json, "status"u8))
            _status = json.GetString();
        else if (Is(ref json, "write-id"u8))
            _writeId = json.GetString();
        else
            return false;
        return true;
    }

    /// <summary>Whether this is the property's name. If so, goes on to its value.</summary>
    static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    static long? Number(ref Utf8JsonReader json) => json.TokenType is JsonTokenType.Null ? null : json.GetInt64();

    static DateTimeOffset? Time(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.Null ? null : json.GetDateTimeOffset();

    readonly ProjectEvent ToEvent() => new()
    {
        Event = _event ?? throw new JsonException("It has no 'event'."),
        Serial = _serial,
        First = _first,
        IndexSerial = _indexSerial,
        WriteId = _writeId,
        KeepsBytes = _keepsBytes,
        Provenance = _provenance,
        At = _at ?? throw new JsonException("It has no 'at'."),
        By = _by ?? throw new JsonException("It has no 'by'."),
        File = _file,
        Key = _key,
        FileTime = _fileTime,
        Size = _size,
        Sha256 = _sha256,
        CoreMetadata = _coreMetadata,
        Md5 = _md5,
        Blake2b256 = _blake2b256,
        RequiresPython = _requiresPython,
        Name = _name,
        Summary = _summary,
        Uploaded = _uploaded,
        Reason = _reason,
        Status = _status,
    };

    static ProjectEventKind GetKind(string? name) => name switch
    {
        "added" => ProjectEventKind.Added,
        "yanked" => ProjectEventKind.Yanked,
        "unyanked" => ProjectEventKind.Unyanked,
        "deleted" => ProjectEventKind.Deleted,
        "gone" => ProjectEventKind.Gone,
        "kept" => ProjectEventKind.Cached,
        "evicted" => ProjectEventKind.Evicted,
        "status" => ProjectEventKind.Status,
        _ => throw new JsonException($"'{name}' is not a kind of event."),
    };
}
