namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Makes one line of what an advisory says.</summary>
static class AdvisorySummary
{
    const int MaxLength = 200;

    /// <summary>Returns the summary, or else the first line of the details. A long one is cut.</summary>
    public static string Of(string? summary, string? details) =>
        FirstLineOf(summary) is { Length: > 0 } line ? line : FirstLineOf(details);

    static string FirstLineOf(string? text)
    {
        var rest = text.AsSpan().TrimStart("# \t\r\n");
        var end = rest.IndexOfAny('\r', '\n');
        var line = (end < 0 ? rest : rest[..end]).TrimEnd();
        if (line.Length <= MaxLength)
            return line.ToString();
        var cut = char.IsHighSurrogate(line[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return $"{line[..cut].TrimEnd()}…";
    }
}
