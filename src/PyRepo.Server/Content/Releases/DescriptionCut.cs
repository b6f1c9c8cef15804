using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Releases;

/// <summary>Cuts descriptions that are too long to be shown.</summary>
static class DescriptionCut
{
    /// <summary>Says so at the end of what is left.</summary>
    public static string Note { get; } =
        $"The description is cut here: it has more than {ServerLimits.MaxDescriptionLength >> 10} KiB.";

    /// <summary>Returns as much of the text as is shown, in whole characters.</summary>
    public static string? Apply(string? text)
    {
        // A UTF-16 unit has at most three bytes in UTF-8.
        if (text is null || text.Length <= ServerLimits.MaxDescriptionLength / 3)
            return text;
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > ServerLimits.MaxDescriptionLength)
                return text[..length];
            length += rune.Utf16SequenceLength;
        }
        return text;
    }
}
