using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// Lines of C# fit on a screen, but for what would read worse in pieces: lines inside a raw string, and lines of nothing but one
/// string, such as a regular expression or JSON, or nothing but a link.
/// </summary>
public sealed partial class LineLengthsTests
{
    const int MaxCode = 120;
    const int MaxComment = 132;
    const string Quotes = "\"\"\"";

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void Lines_of_code_have_at_most_120_characters_and_comments_132(string folder)
    {
        var tooLong = (
            from file in SourceTree.Files(folder, ".cs")
            from line in FindLong(SourceTree.Read(file))
            select $"{file}:{line}").ToList();
        Assert.True(tooLong.Count == 0, string.Join('\n', tooLong));
    }

    [Fact]
    public void A_long_line_would_be_found()
    {
        var word = new string('a', 100);
        Assert.Equal([2, 4], FindLong($"{word,120}\n{word,121}\n///{word,129}\n///{word,130}\n"));
        Assert.Empty(FindLong($"{"",20}\"{word}\",\n{"",9}[InlineData(\"{word}\")]\n{"",20}@\"a\"\"{word}\");\n"));
        Assert.Equal([1, 2], FindLong($"{"",9}[InlineData(\"a\", \"{word}\")]\n{"",20}+ \"{word}\";\n"));
        Assert.Empty(FindLong($"{"",20}/// (<see href=\"{word}\">there</see>)\n"));
        Assert.Equal([1], FindLong($"{"",20}/// (<see href=\"{word}\">over there</see>)\n"));
        Assert.Empty(FindLong($"{"",20}$${Quotes}{word}{Quotes});\n"));
        Assert.Equal([4], FindLong($"a = ${Quotes}\n{word,121}\n    {Quotes};\n{word,121}\n"));
    }

    /// <summary>The numbers of the lines that are too long.</summary>
    static IEnumerable<int> FindLong(string text)
    {
        // A raw string of several lines begins with quotes at the end of a line, and ends with quotes at the beginning of one. It
        // may contain others.
        var depth = 0;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var trimmed = line.Trim();
            var ends = depth > 0 && trimmed.StartsWith(Quotes, StringComparison.Ordinal);
            if (ends)
                depth--;
            if ((depth == 0 || ends) && IsLong(line, trimmed))
                yield return index + 1;
            if (trimmed.EndsWith(Quotes, StringComparison.Ordinal) && RawQuotes.Count(trimmed) % 2 == (ends ? 0 : 1))
                depth++;
        }
        Assert.Equal(0, depth);
    }

    static bool IsLong(string line, string trimmed)
    {
        var isComment = trimmed.StartsWith("//", StringComparison.Ordinal);
        return line.EnumerateRunes().Count() > (isComment ? MaxComment : MaxCode) && !Unbreakable.IsMatch(line);
    }

    /// <summary>A line of one string, perhaps in an attribute, or of a link in a comment.</summary>
    [GeneratedRegex(
        """"^ *(\[\w+\()?(\$*"""(?!.*""".*""").*"""|@"([^"]|"")*"|"(\\.|[^"\\])*")[\])},;]*$"""" + "|"
            + """^ */// \(?<see href="[^" ]+">\S*$""",
        RegexOptions.CultureInvariant)]
    static partial Regex Unbreakable { get; }

    [GeneratedRegex("\"{3,}", RegexOptions.CultureInvariant)]
    static partial Regex RawQuotes { get; }
}
