using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Limits;

/// <summary>
/// What one name, page, file, request or client may cost at most. <c>docs/operations.md</c> lists them for
/// administrators; a test compares both.
/// </summary>
/// <remarks>Lengths are in bytes, unless the description says otherwise.</remarks>
static class ServerLimits
{
    /// <summary>
    /// The length of a project's name in characters. A longer name is not found, before anything is asked or read.
    /// </summary>
    public const int MaxProjectNameLength = 200;

    /// <summary>A project's page from an upstream, as it arrives and decompressed.</summary>
    public const int MaxProjectPageLength = 32 << 20;

    /// <summary>An upstream's list of all projects, as it arrives and decompressed.</summary>
    public const int MaxProjectListLength = 128 << 20;

    /// <summary>The files of a project's page from an upstream.</summary>
    public const int MaxFilesOfPage = PageLimits.MaxFiles;

    /// <summary>The names of an upstream's list of all projects.</summary>
    public const int MaxNamesOfList = PageLimits.MaxProjects;

    /// <summary>
    /// The bytes of one upstream's pages that are parsed at once. If there are more, only
    /// <see cref="MaxConcurrentLargePages"/> go on, and the others wait.
    /// </summary>
    public const int MaxConcurrentPageBytes = 4 << 20;

    /// <inheritdoc cref="MaxConcurrentPageBytes"/>
    public const int MaxConcurrentLargePages = 2;

    /// <summary>How long an upstream may take for one page, in all.</summary>
    public static readonly TimeSpan MaxPageTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How often a project's fresh page is read again because URLs name files that it does not have.
    /// </summary>
    public const int MaxMissedFiles = 64;

    /// <summary>
    /// How long a page with a lower serial than the cached one is taken for that of a lagging mirror.
    /// </summary>
    public static readonly TimeSpan MaxMirrorLag = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The files, pages and metadata files on the disk of one proxy. Each takes some 250 bytes of memory.
    /// </summary>
    public const int MaxCachedObjects = 500_000;

    /// <summary>How long a proxy leaves a project alone because its upstream asked to be asked later.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(1);

    /// <summary>A file whose length neither its page nor its upstream tells. A longer one is not served.</summary>
    public const long MaxUnsizedFileLength = 2L << 30;

    /// <summary>
    /// The bytes per second that must arrive of a file that no client waits for any more. A slower fetch ends.
    /// </summary>
    public const int MinAbandonedFetchRate = 100 << 10;

    /// <summary>
    /// The newest wheels of a project whose metadata is read from their tails, if upstream has no metadata files.
    /// </summary>
    public const int MaxRangedWheels = 10;

    /// <summary>The bytes that are read of the tail of a wheel.</summary>
    public const int MaxTailLength = 128 << 10;

    /// <summary>
    /// The length of a file's <c>Requires-Python</c> in characters. A longer one is in no record and on no page.
    /// </summary>
    public const int MaxRequiresPythonLength = 1000;
}
