using PyRepo.Server.Limits;

namespace PyRepo.Server.Repositories;

/// <summary>A sentence that somebody wrote about a file or a project, which each page about it shows.</summary>
static class ShortText
{
    /// <summary>Returns as much of the text as is shown, in whole characters.</summary>
    public static string? Of(string? text)
    {
        if (text is null || text.Length <= ServerLimits.MaxReasonLength)
            return text;
        var length = ServerLimits.MaxReasonLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
