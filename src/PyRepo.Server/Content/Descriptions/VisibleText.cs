using System.Globalization;
using System.Text;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Text that somebody wrote, without what would stop a reader's browser or deceive the reader.</summary>
static class VisibleText
{
    /// <summary>The combining marks that one letter may have. Some written languages need five. A browser needs
    /// minutes for thousands.</summary>
    const int MaxMarks = 8;

    /// <summary>Leaves out the combining marks of a letter that has too many.</summary>
    public static string Of(string text) =>
        // The first combining mark is U+0300.
        text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0 ? text : Limit(text, areControlsShown: false);

    /// <summary>Does so, and shows the controls that change the order of what one reads: code is copied.</summary>
    public static string OfCode(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0 ? text : Limit(text, areControlsShown: true);

    static string Limit(string text, bool areControlsShown)
    {
        var marks = 0;
        StringBuilder? limited = null;
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune == Rune.ReplacementChar ? 1 : rune.Utf16SequenceLength;
            var (isLeftOut, isShown) = (false, areControlsShown && IsDirection(rune));
            if (IsMark(rune))
                isLeftOut = ++marks > MaxMarks;
            // A joiner between two marks begins nothing.
            else if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format)
                marks = 0;
            if (isLeftOut || isShown)
                limited ??= new StringBuilder(text, 0, index, text.Length);
            if (isShown)
                limited!.Append('\uFFFD');
            else if (!isLeftOut)
                limited?.Append(text, index, length);
            index += length;
        }
        return limited?.ToString() ?? text;
    }

    static bool IsMark(Rune rune) => rune.Value >= 0x300 && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Whether this is an embedding, an override or an isolate of bidirectional text.</summary>
    static bool IsDirection(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
