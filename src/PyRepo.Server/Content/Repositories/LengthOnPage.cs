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

    /// <summary>Names of keys, times and numbers of a file's provenance, and of each attestation.</summary>
    const int ProvenanceWithoutTexts = 500, AttestationWithoutTexts = 300;

    /// <summary>Returns the length in bytes.</summary>
    public static long Measure(Distribution file) => WithoutTexts + (2L * file.Name.FileName.Length)
        + (EscapedLength * ((file.RequiresPython?.Length ?? 0) + (file.Yanked?.Length ?? 0)
            + (file.IsLinkedAtUpstream ? file.UpstreamUrl?.Length ?? 0 : 0)));

    /// <summary>Returns the length in bytes of what a document says about a file's provenance.</summary>
    public static long MeasureProvenance(Distribution file) => ProvenanceWithoutTexts + (2L * file.Name.FileName.Length)
        + (EscapedLength * Measure([file.Verified?.Problem, .. file.Verified?.Established ?? []]))
        + (file.Verified?.Attestations ?? []).Sum(each => AttestationWithoutTexts + (EscapedLength * Measure([
            each.Publisher, each.Kind, each.Name, each.Workflow, each.Environment, each.Repository, each.Commit,
            each.Ref, each.Log,
        ])));

    static long Measure(ReadOnlySpan<string?> texts)
    {
        var length = 0L;
        foreach (var text in texts)
            length += text?.Length ?? 0;
        return length;
    }
}
