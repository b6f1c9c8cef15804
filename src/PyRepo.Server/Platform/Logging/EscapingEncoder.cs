using System.Text.Encodings.Web;

namespace PyRepo.Server.Platform.Logging;

/// <summary>
/// Writes JSON that people can read, with the escapes of <see cref="ControlCharacters"/>: a log may be shown on a
/// terminal.
/// </summary>
sealed unsafe class EscapingEncoder : JavaScriptEncoder
{
    static readonly JavaScriptEncoder _relaxed = UnsafeRelaxedJsonEscaping;

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => _relaxed.MaxOutputCharactersPerInputCharacter;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) =>
        ControlCharacters.Contains(unicodeScalar) || _relaxed.WillEncode(unicodeScalar);

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (char.IsSurrogate(text[i]) || WillEncode(text[i]))
                return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (!ControlCharacters.Contains(unicodeScalar) || _relaxed.WillEncode(unicodeScalar))
        {
            return _relaxed.TryEncodeUnicodeScalar(
                unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        }
        return new Span<char>(buffer, bufferLength).TryWrite(
            $"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
    }
}
