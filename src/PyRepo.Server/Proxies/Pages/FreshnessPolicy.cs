using PyRepo.Egress;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

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
    /// <summary>
    /// How long to wait after a failure before upstream is asked again. Clients are told to wait as long, however long
    /// upstream asked to wait.
    /// </summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>Decides what to do when a client requests the project.</summary>
    /// <param name="page">The cached page, or null if there is none.</param>
    /// <param name="times">How long answers are valid.</param>
    /// <param name="force">
    /// Whether to query upstream even though the answer is fresh, because a URL names a file that the page does not
    /// have.
    /// </param>
    /// <param name="isPaused">Whether upstream is not queried for now, after a failure.</param>
    /// <param name="now">The current time.</param>
    public static Freshness Decide(
        CachedPage? page, CacheLifetimes times, bool force, bool isPaused, DateTimeOffset now) =>
        page is not null && !force && IsFresh(page, times, now) ? Freshness.Fresh
        : isPaused ? DecideOffline(page, times, now)
        : Freshness.Revalidate;

    /// <summary>Decides what to do when upstream is unavailable or takes too long.</summary>
    /// <remarks>
    /// The answer that upstream does not know a project is never served stale: "unavailable" does not mean "no such
    /// project".
    /// </remarks>
    public static Freshness DecideOffline(CachedPage? page, CacheLifetimes times, DateTimeOffset now) =>
        page is { Page: not null } && MayServeStale(now - page.Metadata.CheckedAt, times)
            ? Freshness.ServeStale
            : Freshness.Unavailable;

    /// <summary>
    /// Returns how long a project, or the list, is left alone after a failure: a few seconds, or as long as upstream
    /// asked for it. A circuit breaker's own pause is not added, because it ends when upstream answers anybody.
    /// </summary>
    public static TimeSpan PauseAfter(UpstreamUnavailableException failure) =>
        failure is { Status: not null, RetryAfter: { } wait } && wait > RetryInterval ? wait : RetryInterval;

    /// <summary>
    /// Whether an answer of this age may be shown while upstream cannot be asked. One from the future may, because
    /// its age is not known, and upstream is asked again all the time.
    /// </summary>
    public static bool MayServeStale(TimeSpan age, CacheLifetimes times) => age <= times.StaleIfError;

    /// <summary>
    /// Whether a page is in the last fifth of its lifetime, and should be refreshed before a client has to wait for it.
    /// </summary>
    public static bool IsSoonStale(DateTimeOffset checkedAt, CacheLifetimes times, DateTimeOffset now) =>
        checkedAt > now || now - checkedAt > times.Project - (times.Project / 5);

    /// <summary>
    /// Whether an answer is still valid. One from the future is not: the clock was wrong then, or is wrong now.
    /// </summary>
    /// <param name="checkedAt">When upstream gave or confirmed it.</param>
    /// <param name="isKnown">Whether it is a page, and not that there is no such project.</param>
    /// <param name="times">How long answers are valid.</param>
    /// <param name="now">The current time.</param>
    public static bool IsFresh(DateTimeOffset checkedAt, bool isKnown, CacheLifetimes times, DateTimeOffset now) =>
        checkedAt <= now && now - checkedAt < (isKnown ? times.Project : times.NotFound);

    static bool IsFresh(CachedPage page, CacheLifetimes times, DateTimeOffset now) =>
        IsFresh(page.Metadata.CheckedAt, page.Page is not null, times, now);
}

/// <summary>The use of a cached answer from upstream.</summary>
enum Freshness
{
    /// <summary>The answer is still valid, so upstream is not queried.</summary>
    Fresh,

    /// <summary>Upstream is queried, because the answer may have changed or there is none yet.</summary>
    Revalidate,

    /// <summary>Upstream is unavailable, so the stale answer is served.</summary>
    ServeStale,

    /// <summary>Upstream is unavailable, and there is nothing to serve.</summary>
    Unavailable,
}
