using System.Globalization;
using System.Text;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>
/// Makes long texts at random of the marks that mean something to a reader: repeated, mixed, nested, left open, about a
/// long name or many names.
/// </summary>
static class HostileText
{
    /// <summary>The length of each text. No description that is rendered is longer.</summary>
    public const int Length = 256 << 10;

    /// <summary>Makes the text of a seed. The same seed gives the same text.</summary>
    public static string Make(HostileReader reader, int seed)
    {
        var random = new Random(seed);
        var (before, after) = reader.Frames[random.Next(reader.Frames.Length)];
        var room = Length - before.Length - after.Length;
        var few = random.GetItems(reader.Marks, random.Next(1, 7));
        var text = (seed % 6) switch
        {
            0 => Fill(room, _ => few[random.Next(few.Length)]),
            1 => Fill(room, _ => reader.Marks[random.Next(reader.Marks.Length)]),
            2 => Repeat(few, room),
            // Opened so often, and then perhaps closed.
            3 => Repeat(few[..1], room / 2) + Repeat(few[^1..], room / 2),
            // Something long, and what may name it again and again.
            4 => few[0] + Repeat(few[^1..], room / 2) + few[0] + Repeat(few, room / 2 - (2 * few[0].Length)),
            _ => string.Concat(few) + new string("xa1 ."[random.Next(5)], room / 2) + Repeat(few, room / 3),
        };
        return before + Number(text, isCounted: random.Next(2) == 0) + after;
    }

    static string Repeat(string[] phrase, int length) => Fill(length, i => phrase[i % phrase.Length]);

    static string Fill(int length, Func<int, string> next)
    {
        var text = new StringBuilder(length + 100);
        for (var i = 0; text.Length < length; i++)
            text.Append(next(i));
        return text.ToString();
    }

    /// <summary>Replaces each <see cref="HostileReader.Number"/> by 1, or by other numbers, for many names.</summary>
    static string Number(string text, bool isCounted)
    {
        var parts = text.Split(HostileReader.Number);
        var numbered = new StringBuilder(parts[0], text.Length);
        for (var i = 1; i < parts.Length; i++)
            numbered.Append(CultureInfo.InvariantCulture, $"{(isCounted ? i : 1)}").Append(parts[i]);
        return numbered.ToString();
    }
}
