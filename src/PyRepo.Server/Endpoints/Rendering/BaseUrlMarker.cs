using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>
/// The placeholder for the base URL of absolute links on rendered pages. The client that asks for a page chooses its
/// host, so that it is no part of what is kept.
/// </summary>
static class BaseUrlMarker
{
    /// <summary>The marker. Nobody can know it, and no format escapes a part of it.</summary>
    public static string Text { get; } = $"base{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    static readonly byte[] _bytes = Encoding.ASCII.GetBytes(Text);

    /// <summary>Returns a page's pieces with a base URL for each marker. What is between them is not copied.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Replace(
        IEnumerable<ReadOnlyMemory<byte>> pieces, string contentType, string baseUrl)
    {
        var encoded = contentType.EndsWith("json", StringComparison.Ordinal)
            ? JsonEncodedText.Encode(baseUrl).EncodedUtf8Bytes.ToArray()
            : Encoding.UTF8.GetBytes(WebUtility.HtmlEncode(baseUrl));
        ReadOnlyMemory<byte> begun = default;
        foreach (var piece in pieces)
        {
            // A marker may begin in one piece and end in the next.
            var rest = begun.IsEmpty ? piece : (byte[])[.. begun.Span, .. piece.Span];
            for (int at; (at = rest.Span.IndexOf(_bytes)) >= 0; rest = rest[(at + _bytes.Length)..])
            {
                yield return rest[..at];
                yield return encoded;
            }
            var end = rest.Length - BegunAtEnd(rest.Span);
            begun = rest[end..];
            yield return rest[..end];
        }
        yield return begun;
    }

    /// <summary>Returns how many bytes at the end may be the beginning of a marker.</summary>
    static int BegunAtEnd(ReadOnlySpan<byte> bytes)
    {
        var length = Math.Min(bytes.Length, _bytes.Length - 1);
        while (length > 0 && !bytes[^length..].SequenceEqual(_bytes.AsSpan(0, length)))
            length--;
        return length;
    }
}
