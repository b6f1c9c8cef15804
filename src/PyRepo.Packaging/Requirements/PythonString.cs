using System.Globalization;
using System.Text;

namespace PyRepo.Packaging.Requirements;

/// <summary>Unescapes Python string literals, as <c>packaging</c> does in markers.</summary>
static class PythonString
{
    /// <summary>Unescapes a literal, or returns null if it is not valid in Python. Character names (<c>\N{…}</c>) are
    /// not supported.</summary>
    public static string? Unescape(ReadOnlySpan<char> literal)
    {
        if (!literal.ContainsAny('\\', '\n', '\r') && !literal.Contains('\0'))
            return literal.ToString();
        var output = new StringBuilder(literal.Length);
        while (!literal.IsEmpty)
        {
            if (literal[0] is '\n' or '\r' or '\0')
                return null;
            var length = literal[0] == '\\' ? UnescapeOne(literal[1..], output) + 1 : CopyOne(literal, output);
            if (length <= 0)
                return null;
            literal = literal[length..];
        }
        return output.ToString();
    }

    static int CopyOne(ReadOnlySpan<char> literal, StringBuilder output)
    {
        output.Append(literal[0]);
        return 1;
    }

    /// <summary>Unescapes the sequence after a backslash. Returns its length in characters, or a negative number if it
    /// is not valid.
    /// </summary>
    static int UnescapeOne(ReadOnlySpan<char> escape, StringBuilder output)
    {
        const int invalid = -2;
        if (escape.IsEmpty)
            return invalid;
        if (escape.StartsWith("\r\n"))
            return 2;
        if (escape[0] is 'x' or 'u' or 'U')
            return UnescapeHex(escape, output) ? 1 + GetDigits(escape[0]) : invalid;
        if (escape[0] is >= '0' and <= '7')
            return UnescapeOctal(escape, output);
        if (escape[0] is 'N' or '\0')
            return invalid;
        output.Append(escape[0] switch
        {
            '\n' or '\r' => "",
            '\\' or '\'' or '"' => escape[..1].ToString(),
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            _ => $"\\{escape[0]}",
        });
        return 1;
    }

    static int GetDigits(char kind) => kind switch { 'x' => 2, 'u' => 4, _ => 8 };

    static bool UnescapeHex(ReadOnlySpan<char> escape, StringBuilder output)
    {
        var digits = GetDigits(escape[0]);
        if (escape.Length <= digits || !uint.TryParse(
            escape.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return false;
        if (code > 0x10FFFF)
            return false;
        if (code > char.MaxValue)
            output.Append(char.ConvertFromUtf32((int)code));
        else
            output.Append((char)code);
        return true;
    }

    static int UnescapeOctal(ReadOnlySpan<char> escape, StringBuilder output)
    {
        var length = 0;
        var code = 0;
        while (length < 3 && length < escape.Length && escape[length] is >= '0' and <= '7')
            code = code * 8 + (escape[length++] - '0');
        output.Append((char)code);
        return length;
    }
}
