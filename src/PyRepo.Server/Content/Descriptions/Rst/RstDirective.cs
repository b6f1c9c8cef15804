using System.Globalization;
using System.Text;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>A directive: <c>.. name:: arguments</c>, options, and content.</summary>
/// <param name="Name">Its name in lowercase.</param>
/// <param name="Source">The lines that it was written in.</param>
/// <param name="First">The text after its name.</param>
/// <param name="Body">The lines after that, without the spaces before them.</param>
sealed record RstDirective(string Name, string Source, string First, IReadOnlyList<string> Body)
{
    /// <summary>Where its content begins, after the options.</summary>
    int ContentStart => EndOfOptions() is var end && end < Body.Count && Body[end].Length == 0 ? end + 1 : end;

    /// <summary>All its text on one line.</summary>
    public string Text => string.Join(' ', [First, .. Body]).Trim();

    /// <summary>The lines after the options.</summary>
    public List<string> Content => [.. Body.Skip(ContentStart)];

    /// <summary>The lines of a directive that has text after its name.</summary>
    public List<string> AllContent => First.Length > 0 ? [First, .. Body] : Content;

    /// <summary>Returns the name of the directive that a text begins with, or null.</summary>
    public static string? Find(string text)
    {
        var end = text.IndexOf("::", StringComparison.Ordinal);
        if (end < 1 || end > 60 || (end + 2 < text.Length && text[end + 2] is not ' '))
            return null;
        var name = text[..end].TrimEnd();
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or ':')
            ? name.ToLowerInvariant()
            : null;
    }

    /// <summary>Takes a directive that is there.</summary>
    public static RstDirective Take(RstLines lines, string text)
    {
        var line = lines.Current;
        lines.At++;
        var body = lines.TakeIndented(1);
        return new(
            Find(text)!, string.Join('\n', [line, .. body]),
            text[(text.IndexOf("::", StringComparison.Ordinal) + 2)..].Trim(), RstLines.Dedent(body));
    }

    /// <summary>Returns an option, or null if it is not there.</summary>
    public string? Option(string name)
    {
        var end = EndOfOptions();
        for (var i = 0; i < end; i++)
        {
            if (Body[i].StartsWith($":{name}:", StringComparison.OrdinalIgnoreCase))
                return Body[i][(name.Length + 2)..].Trim();
        }
        return null;
    }

    /// <summary>Returns the image that this is, or null if it has no address.</summary>
    public RstBlock.Image? ToImage()
    {
        var address = First.Length > 0 ? First : Body is [[not ':', ..] first, ..] ? first : "";
        return address.Length == 0
            ? null
            : new(address.Replace(" ", "", StringComparison.Ordinal), Option("alt"), Option("target"));
    }

    /// <summary>Returns the characters that the directive <c>unicode</c> names.</summary>
    public string ToCharacters()
    {
        var text = new StringBuilder();
        foreach (var word in First.Split(' ').TakeWhile(word => word is not ".."))
        {
            var hex = word is ['0', 'x' or 'X', ..] or ['U' or 'u', '+', ..] ? word[2..] : "";
            text.Append(int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && Rune.IsValid(code) ? new Rune(code).ToString() : word);
        }
        return text.ToString();
    }

    int EndOfOptions()
    {
        var end = 0;
        // The argument may be on the next line.
        if (First.Length == 0 && Body is [[not ':', ..], [':', ..], ..] && RstMarks.FieldEnd(Body[1]) > 0)
            end++;
        while (end < Body.Count && (RstMarks.FieldEnd(Body[end]) > 0 || (end > 0 && Body[end] is [' ', ..])))
            end++;
        return end;
    }
}
