namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Recognizes what a line begins with.</summary>
static class RstMarks
{
    /// <summary>Whether a comment, a directive or a target begins.</summary>
    public static bool IsExplicit(string line) => line is ".." || line.StartsWith(".. ", StringComparison.Ordinal);

    /// <summary>Returns the width of a bullet with the spaces after it, or 0.</summary>
    public static int BulletWidth(string line)
    {
        if (line.Length == 0 || !"-+*\u2022\u2023\u2043".Contains(line[0], StringComparison.Ordinal))
            return 0;
        return line.Length == 1 ? 2 : line[1] is ' ' ? 1 + RstLines.IndentOf(line[1..]) : 0;
    }

    /// <summary>Returns where the colon after a field's name is, or 0 if this is no field.</summary>
    public static int FieldEnd(string line)
    {
        if (line is not [':', not (':' or ' '), ..])
            return 0;
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] is '\\')
                i++;
            else if (line[i] is ':' && (i + 1 == line.Length || line[i + 1] is ' '))
                return line[i - 1] is ' ' ? 0 : i;
            else if (line[i] is ':' && line[i + 1] is '`')
                return 0;
        }
        return 0;
    }

    /// <summary>Returns where the options of a line such as <c>-f FILE, --file=FILE  The file.</c> end, or 0.</summary>
    public static int OptionEnd(string line)
    {
        var at = 0;
        while (true)
        {
            var start = at;
            at = EndOfOption(line, at);
            if (at == start)
                return 0;
            if (at == line.Length || line.AsSpan(at).StartsWith("  "))
                return at;
            if (!line.AsSpan(at).StartsWith(", "))
                return 0;
            at += 2;
        }
    }

    static int EndOfOption(string line, int start)
    {
        var name = line.AsSpan(start) is ['-', '-', ..] ? start + 2
            : line.AsSpan(start) is ['-' or '/' or '+', ..] ? start + 1
            : start;
        var end = name;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || (end > name && line[end] is '-' or '_')))
            end++;
        if (name == start || end == name || (name == start + 1 && line[start] is '-' && end > name + 1))
            return start;
        // An argument: " FILE", "=FILE" or " <a file>".
        if (end + 1 >= line.Length || line[end] is not (' ' or '=') || line[end + 1] is ' ')
            return end;
        var argument = end + 1;
        if (line[argument] is '<')
            return line.IndexOf('>', argument) is >= 0 and var close ? close + 1 : start;
        if (!char.IsAsciiLetter(line[argument]))
            return start;
        while (argument < line.Length && (char.IsAsciiLetterOrDigit(line[argument]) || line[argument] is '-' or '_'))
            argument++;
        return argument;
    }
}
