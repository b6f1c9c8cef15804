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

    /// <summary>Pages of upstreams that are parsed at once. Others wait.</summary>
    public const int MaxConcurrentPages = 4;

    /// <summary>How long a proxy leaves a project alone because its upstream asked to be asked later.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(1);
}
