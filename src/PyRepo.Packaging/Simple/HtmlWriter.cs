using System.Buffers;
using System.Text;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>Writes HTML as UTF-8. Text is escaped, so that it never becomes markup between tags or in attributes.
/// </summary>
readonly ref struct HtmlWriter(IBufferWriter<byte> output)
{
    static readonly SearchValues<char> _special = SearchValues.Create("&<>\"'\r\0");

    /// <summary>Writes trusted markup.</summary>
    public void WriteMarkup(ReadOnlySpan<byte> utf8) => output.Write(utf8);

    /// <summary>Writes escaped text.</summary>
    public void WriteText(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(_special) is >= 0 and var special)
        {
            Encoding.UTF8.GetBytes(text[..special], output);
            output.Write(Escaped(text[special]));
            text = text[(special + 1)..];
        }
        Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>Writes an attribute: a space, its name, and its value in quotes.</summary>
    public void WriteAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        output.Write(" "u8);
        output.Write(name);
        output.Write("=\""u8);
        WriteText(value);
        output.Write("\""u8);
    }

    /// <summary>Writes the hexadecimal digits of a digest.</summary>
    public void WriteHex(Sha256Digest digest)
    {
        digest.TryFormat(output.GetSpan(Sha256Digest.HexLength), out var length);
        output.Advance(length);
    }

    /// <summary>A parser reads a literal carriage return as a newline, and rejects U+0000 in any form.</summary>
    static ReadOnlySpan<byte> Escaped(char letter) => letter switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        '\'' => "&#39;"u8,
        '\r' => "&#13;"u8,
        _ => "\uFFFD"u8,
    };
}
