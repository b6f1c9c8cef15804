namespace PyRepo.Packaging.Names;

/// <summary>White space as Python defines it, on which the specifications rely.</summary>
static class PythonWhitespace
{
    /// <summary>Like <c>str.isspace</c> and <c>\s</c> in Python. .NET does not include U+001C to U+001F.</summary>
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
