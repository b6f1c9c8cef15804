using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PyRepo.Packaging.Metadata;

/// <summary>The headers and body of a metadata document, split like Python's email parser, which all packaging tools
/// use. The first line that is not a header ends the headers.</summary>
sealed class MetadataDocument
{
    const int MaxHeaders = 20_000;

    /// <summary>The bytes of a header's name: visible ASCII without the colon.</summary>
    static readonly SearchValues<byte> _nameBytes = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7e - 0x21 + 1).Where(value => value != ':').Select(value => (byte)value)]);

    readonly List<MetadataHeader> _headers = [];

    public IReadOnlyList<MetadataHeader> Headers => _headers;

    /// <summary>The text after the headers, or empty.</summary>
    public string Body { get; private set; } = "";

    /// <exception cref="ArchiveException">A document in an archive is too long.</exception>
    public static void CheckLength(string path, long length)
    {
        if (length > CoreMetadata.MaxLength)
            throw new ArchiveException(
                $"The member {MemberPath.Show(path)} has {length} bytes; at most {CoreMetadata.MaxLength} are "
                + "allowed.");
    }

    /// <exception cref="ArchiveException">The document is too long, or has too many headers.</exception>
    public static MetadataDocument Parse(ReadOnlySpan<byte> document)
    {
        if (document.Length > CoreMetadata.MaxLength)
            throw new ArchiveException(
                $"The metadata has {document.Length} bytes; at most {CoreMetadata.MaxLength} are allowed.");
        var result = new MetadataDocument();
        var position = 0;
        for (var count = 1; TryReadHeader(document, ref position, out var header); count++)
        {
            if (count > MaxHeaders)
                throw new ArchiveException($"The metadata has more than {MaxHeaders} headers.");
            result.Add(header);
        }
        var body = document[position..];
        if (!body.IsEmpty && body[0] is (byte)'\r' or (byte)'\n')
            body = body[LineLength(body)..];
        result.Body = Decode(body);
        return result;
    }

    /// <summary>Reads a header with its continuation lines. A continuation line or envelope line without a header
    /// counts as an empty header.</summary>
    static bool TryReadHeader(ReadOnlySpan<byte> document, ref int position, out ReadOnlySpan<byte> header)
    {
        header = default;
        var remaining = document[position..];
        if (remaining.IsEmpty)
            return false;
        var length = LineLength(remaining);
        var isEnvelope = IsEnvelope(remaining);
        if (isEnvelope && position > 0 && !StartsHeader(remaining[length..]))
            return false;
        if (!isEnvelope && !StartsHeader(remaining))
            return false;
        while (!isEnvelope && length < remaining.Length && IsContinuation(remaining[length..]))
            length += LineLength(remaining[length..]);
        header = isEnvelope || IsContinuation(remaining) ? default : remaining[..length];
        position += length;
        return true;
    }

    /// <summary>Decodes UTF-8, or else Latin-1, which very old documents use.</summary>
    static string Decode(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);

    void Add(ReadOnlySpan<byte> header)
    {
        var colon = header.IndexOf((byte)':');
        if (colon <= 0)
            return;
        var value = header[(colon + 1)..].TrimStart(" \t"u8).TrimEnd("\r\n"u8);
        _headers.Add(new MetadataHeader(Encoding.ASCII.GetString(header[..colon]).ToLowerInvariant(), Decode(value)));
    }

    static int LineLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
            return text.Length;
        return end + (text[end..].StartsWith("\r\n"u8) ? 2 : 1);
    }

    /// <summary>The line that a mail program writes before a message.</summary>
    static bool IsEnvelope(ReadOnlySpan<byte> line) => line.StartsWith("From "u8);

    static bool IsHeader(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAnyExcept(_nameBytes);
        return end >= 0 && line[end] == ':';
    }

    static bool IsContinuation(ReadOnlySpan<byte> remaining) => remaining[0] is (byte)' ' or (byte)'\t';

    static bool StartsHeader(ReadOnlySpan<byte> remaining) =>
        !remaining.IsEmpty
            && (IsContinuation(remaining) || IsEnvelope(remaining) || IsHeader(remaining[..LineLength(remaining)]));
}

/// <summary>One header of a metadata document: its lowercase name, and its value with unchanged continuation
/// lines.</summary>
readonly record struct MetadataHeader(string Name, string Value);
