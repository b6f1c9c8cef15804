using System.Globalization;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>The number before an item of a list.</summary>
/// <param name="Value">The number.</param>
/// <param name="Before">The character before it, a bracket or nothing.</param>
/// <param name="After">The character after it.</param>
/// <param name="Width">The width of all with the spaces after it.</param>
/// <param name="IsAutomatic">Whether <c>#</c> stands for the number.</param>
sealed record RstNumber(int Value, char? Before, char After, int Width, bool IsAutomatic)
{
    const int MaxLength = 9;

    /// <summary>Returns the number that a line begins with, or null.</summary>
    public static RstNumber? Of(string line)
    {
        var start = line is ['(', ..] ? 1 : 0;
        var end = start;
        while (end < line.Length && end - start < MaxLength
            && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '#'))
            end++;
        if (end == start || end >= line.Length || line[end] is not ('.' or ')') || (start == 1 && line[end] is '.'))
            return null;
        if (end + 1 < line.Length && line[end + 1] is not ' ')
            return null;
        var text = line.AsSpan(start, end - start);
        var value = text is "#" ? 1 : ValueOf(text);
        return value < 0
            ? null
            : new(value, start == 1 ? '(' : null, line[end], end + 1 + Math.Max(
                1, RstLines.IndentOf(line[(end + 1)..])), text is "#");
    }

    /// <summary>Whether the line after an item lets it be one: else a paragraph only begins with a number.</summary>
    public static bool IsFollowed(RstNumber number, string next) =>
        next.Length == 0 || next[0] is ' ' || (Of(next) is { } other && number.IsBefore(other));

    /// <summary>Whether another number is the next one of the same list.</summary>
    public bool IsBefore(RstNumber other) => other.Before == Before && other.After == After
        && (other.IsAutomatic || other.Value == Value + 1 || (IsAutomatic && other.IsAutomatic));

    static int ValueOf(ReadOnlySpan<char> text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        if (text.Length == 1 && char.IsAsciiLetter(text[0]) && text[0] is not ('i' or 'I'))
            return char.ToLowerInvariant(text[0]) - 'a' + 1;
        var (value, last) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var digit = char.ToLowerInvariant(text[i]) switch
            {
                'i' => 1,
                'v' => 5,
                'x' => 10,
                'l' => 50,
                'c' => 100,
                'd' => 500,
                'm' => 1000,
                _ => 0,
            };
            if (digit == 0)
                return -1;
            value += digit < last ? -digit : digit;
            last = Math.Max(last, digit);
        }
        return value;
    }
}
