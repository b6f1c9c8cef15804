using System.Globalization;
using System.Text;

namespace PyRepo.Resources.Values;

/// <summary>
/// Characters that change what a reader of a log or a terminal sees: they move the cursor, end a line, or reverse the direction of
/// the text (<see href="https://www.unicode.org/reports/tr9/">UAX #9</see>).
/// </summary>
public static class ControlCharacters
{
    /// <summary>Returns whether a character must be escaped.</summary>
    public static bool Contains(int character) => character is
        < ' ' or (>= 0x7f and <= 0x9f) or 0x061c or 0x200e or 0x200f or (>= 0x2028 and <= 0x202e)
        or (>= 0x2066 and <= 0x2069) or 0xfeff;

    /// <summary>Writes <c>\u001B</c> for an escape character, and so on.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = 0;
        while (first < text.Length && !Contains(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var escaped = new StringBuilder(text.Length + 32).Append(text, 0, first);
        foreach (var character in text.AsSpan(first))
        {
            if (Contains(character))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                escaped.Append(character);
        }
        return escaped.ToString();
    }
}
