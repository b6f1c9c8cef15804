namespace PyRepo.Packaging.Names;

/// <summary>Python's idea of white space and words, where the specifications lean on it.</summary>
static class PythonWhitespace
{
    /// <summary>What <c>str.isspace</c> and <c>\s</c> say; .NET leaves out U+001C to U+001F.</summary>
    public static bool IsWhiteSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\x1c' and <= '\x1f';

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && IsWhiteSpace(text[0]))
            text = text[1..];
        while (!text.IsEmpty && IsWhiteSpace(text[^1]))
            text = text[..^1];
        return text;
    }
}
