namespace PyRepo.Server.Proxies.Pages;

/// <summary>Outcomes of examinations, by the names of files.</summary>
/// <param name="Verified">Those of attestations, or null if none were looked for.</param>
/// <param name="Inspected">Those of archives, or null if none were.</param>
readonly record struct ExaminedFiles(
    IReadOnlyDictionary<string, VerifiedFile>? Verified, IReadOnlyDictionary<string, InspectedFile>? Inspected)
{
    /// <summary>Whether a page has all of it.</summary>
    public bool AreIn(CachedPage page) =>
        (Verified is null || page.HasVerified(Verified)) && (Inspected is null || page.HasInspected(Inspected));

    /// <summary>Returns a page with all of it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="getSerial">Returns a new serial.</param>
    public CachedPage AddTo(CachedPage page, Func<long, long> getSerial)
    {
        if (Verified is not null && !page.HasVerified(Verified))
            page = page.WithVerified(Verified, getSerial(page.Metadata.Serial));
        if (Inspected is not null && !page.HasInspected(Inspected))
            page = page.WithInspected(Inspected, getSerial(page.Metadata.Serial));
        return page;
    }
}
