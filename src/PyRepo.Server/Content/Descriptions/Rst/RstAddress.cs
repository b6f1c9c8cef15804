namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Addresses that stand in a text.</summary>
static class RstAddress
{
    const int MaxNameLength = 100;

    /// <summary>Returns where an address ends that begins at a place, or 0.</summary>
    public static int EndOf(string text, int start)
    {
        var rest = text.AsSpan(start);
        return rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? EndOfUrl(text, start)
                : EndOfMail(text, start);
    }

    /// <summary>Returns the address that a link leads to.</summary>
    public static string Of(string address) =>
        address.Contains("://", StringComparison.Ordinal) ? address : $"mailto:{address}";

    static int EndOfUrl(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] > ' ' && !"<>\"`\\|\u007f".Contains(text[end], StringComparison.Ordinal))
            end++;
        while (end > start && (".,:;!?'*]}".Contains(text[end - 1], StringComparison.Ordinal)
            || (text[end - 1] is ')' && !HasOpenBracket(text.AsSpan(start, end - start)))))
            end--;
        return end;
    }

    static bool HasOpenBracket(ReadOnlySpan<char> address) =>
        address.Length < 2_000 && address.Count('(') >= address.Count(')');

    static int EndOfMail(string text, int start)
    {
        var at = start;
        while (at < text.Length && at - start < MaxNameLength
            && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '-' or '_' or '+'))
            at++;
        if (at == start || at >= text.Length || text[at] is not '@')
            return 0;
        var end = at + 1;
        while (end < text.Length && end - at < MaxNameLength
            && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            end++;
        while (text[end - 1] is '.' or '-')
            end--;
        return end > at + 1 && text.AsSpan(at, end - at).Contains('.') ? end : 0;
    }
}
