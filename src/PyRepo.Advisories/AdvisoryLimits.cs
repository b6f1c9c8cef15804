namespace PyRepo.Advisories;

/// <summary>
/// Limits on a source of advisories, which is read as a whole. The server's table of limits has them. Lengths are in
/// bytes.
/// </summary>
static class AdvisoryLimits
{
    /// <summary>The directory of a zip file of advisories, which is read into memory.</summary>
    public const int MaxAdvisoryDirectoryLength = 16 << 20;

    /// <summary>The advisories of a source, of all ecosystems.</summary>
    public const int MaxAdvisories = 200_000;

    /// <summary>The advisories of a source that cannot be read. Each costs as much as many that can.</summary>
    public const int MaxUnreadableAdvisories = 10_000;

    /// <summary>One advisory. A longer one is skipped.</summary>
    public const int MaxAdvisoryLength = 4 << 20;

    /// <summary>All advisories of a zip file, unpacked.</summary>
    public const int MaxUnpackedAdvisoriesLength = 1 << 30;

    /// <summary>A source of advisories that is JSON, which is read into memory.</summary>
    public const int MaxAdvisoryListLength = 64 << 20;

    /// <summary>
    /// The documents of one database that are kept in the folder for temporary files. Those beyond count, but cannot be
    /// sent.
    /// </summary>
    public const long MaxKeptLength = 128 << 20;
}
