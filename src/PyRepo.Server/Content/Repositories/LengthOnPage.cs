namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// How long a file is on a page at most, before the page is rendered. Each text of a file that a page shows is counted
/// here: by this the gate admits the rendering.
/// </summary>
static class LengthOnPage
{
    /// <summary>Names, hashes and links, but for the file's own texts.</summary>
    const int WithoutTexts = 600;

    /// <summary>The longest escaped form of a character: <c>\u003C</c> or <c>&amp;quot;</c>.</summary>
    const int EscapedLength = 6;

    /// <summary>Returns the length in bytes.</summary>
    public static long Measure(Distribution file) => WithoutTexts + (2L * file.Name.FileName.Length)
        + (EscapedLength * ((file.RequiresPython?.Length ?? 0) + (file.Yanked?.Length ?? 0)
            + (file.IsLinkedAtUpstream ? file.UpstreamUrl?.Length ?? 0 : 0)));
}
