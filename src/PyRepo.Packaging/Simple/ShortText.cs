namespace PyRepo.Packaging.Simple;

/// <summary>A sentence that somebody wrote about a file or a project, which each page about it shows.</summary>
public static class ShortText
{
    /// <summary>
    /// Returns as much of the text as is kept, in whole characters: <see cref="PageLimits.MaxReasonLength"/> at most.
    /// </summary>
    public static string? Shorten(string? text)
    {
        if (text is null || text.Length <= PageLimits.MaxReasonLength)
            return text;
        var length = PageLimits.MaxReasonLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
