namespace PyRepo.Server.Upstream;

/// <summary>
/// Decides what is fresh, what may be served stale, and when upstream is queried. All functions are pure.
/// </summary>
/// <remarks>
/// The lifetimes follow <see href="https://www.rfc-editor.org/rfc/rfc9111#section-4.2">RFC 9111 §4.2</see> and
/// <see href="https://www.rfc-editor.org/rfc/rfc5861#section-4">RFC 5861 §4</see> (stale-if-error). The resource sets
/// them.
/// </remarks>
static class FreshnessPolicy
{
    /// <summary>Decides what to do when a client requests the project.</summary>
    /// <param name="page">The cached page, or null if there is none.</param>
    /// <param name="times">How long answers are valid.</param>
    /// <param name="force">
    /// Whether to query upstream even though the answer is fresh, because a URL names a file that the page does not
    /// have.
    /// </param>
    /// <param name="retryAt">Until when upstream is not queried after a failure.</param>
    /// <param name="now">The current time.</param>
    public static Freshness Decide(
        CachedPage? page, CacheLifetimes times, bool force, DateTimeOffset retryAt, DateTimeOffset now) =>
        page is not null && !force && now < FreshUntil(page, times) ? Freshness.Fresh
        : now < retryAt ? DecideOffline(page, times, now)
        : Freshness.Revalidate;

    /// <summary>Decides what to do when upstream is unavailable or takes too long.</summary>
    /// <remarks>
    /// The answer that upstream does not know a project is never served stale: "unavailable" does not mean "no such
    /// project".
    /// </remarks>
    public static Freshness DecideOffline(CachedPage? page, CacheLifetimes times, DateTimeOffset now) =>
        page is { Page: not null } && MayServeStale(page.Metadata.CheckedAt, times, now)
            ? Freshness.ServeStale
            : Freshness.Unavailable;

    /// <summary>Whether an answer of this age may be shown while upstream cannot be asked.</summary>
    public static bool MayServeStale(DateTimeOffset checkedAt, CacheLifetimes times, DateTimeOffset now) =>
        now - checkedAt <= times.StaleIfError;

    /// <summary>
    /// Whether a page is in the last fifth of its lifetime, and should be refreshed before a client has to wait for it.
    /// </summary>
    public static bool ShouldRefresh(CachedPage? page, CacheLifetimes times, DateTimeOffset now) =>
        page is { Page: not null } && now > FreshUntil(page, times) - (times.Project / 5);

    /// <summary>Returns until when an answer is valid.</summary>
    public static DateTimeOffset FreshUntil(CachedPage page, CacheLifetimes times) =>
        page.Metadata.CheckedAt + (page.Page is null ? times.NotFound : times.Project);
}
