using System.Buffers.Text;
using System.Text;

namespace PyRepo.Kubernetes.Objects;

/// <summary>
/// Writes characters beyond U+FFFF as they are. Every encoder of System.Text.Json escapes them as two surrogates, and
/// server-side apply, which reads JSON as YAML, rejects these.
/// </summary>
static class SurrogateEscapes
{
    const int EscapeLength = 6;

    /// <summary>The same JSON without escaped surrogates.</summary>
    public static byte[] Replace(byte[] json)
    {
        if (json.AsSpan().IndexOf("\\uD"u8) < 0 && json.AsSpan().IndexOf("\\ud"u8) < 0)
            return json;
        var length = 0;
        // What is written is never longer than what was read, so that it fits into the same array.
        for (var i = 0; i < json.Length;)
        {
            var rest = json.AsSpan(i);
            if (TryReadPair(rest, out var rune))
            {
                length += rune.EncodeToUtf8(json.AsSpan(length));
                i += 2 * EscapeLength;
                continue;
            }
            // The character after a backslash, maybe one itself, begins no escape.
            var copied = rest[0] == '\\' && rest.Length > 1 ? 2 : 1;
            rest[..copied].CopyTo(json.AsSpan(length));
            (length, i) = (length + copied, i + copied);
        }
        return json[..length];
    }

    static bool TryReadPair(ReadOnlySpan<byte> text, out Rune rune)
    {
        rune = default;
        return TryRead(text, out var high) && TryRead(text[EscapeLength..], out var low)
            && Rune.TryCreate((char)high, (char)low, out rune);
    }

    static bool TryRead(ReadOnlySpan<byte> text, out ushort unit)
    {
        unit = 0;
        return text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u'
            && Utf8Parser.TryParse(text[2..EscapeLength], out unit, out var read, 'x') && read == EscapeLength - 2;
    }
}
