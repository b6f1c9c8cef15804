namespace PyRepo.Server.Upstream;

/// <summary>Decides what is fresh, what may be shown though it is stale, and when upstream is asked. Pure functions.</summary>
/// <remarks>
/// The times are those of <see href="https://www.rfc-editor.org/rfc/rfc9111#section-4.2">RFC 9111 §4.2</see> and of
/// <see href="https://www.rfc-editor.org/rfc/rfc5861#section-4">RFC 5861 §4</see> (stale-if-error), set by the resource.
/// </remarks>
static class FreshnessPolicy
{
    /// <summary>What to do when somebody asks for the project.</summary>
    /// <param name="page">What is cached; null: nothing.</param>
    /// <param name="times">How long answers hold.</param>
    /// <param name="force">Whether to ask although the answer is fresh: a URL named a file that the page does not have.</param>
    /// <param name="retryAt">Until when upstream is left alone after a failure.</param>
    /// <param name="now">The time.</param>
    public static Freshness Decide(CachedPage? page, CacheLifetimes times, bool force, DateTimeOffset retryAt, DateTimeOffset now) =>
        page is not null && !force && now < FreshUntil(page, times) ? Freshness.Fresh
        : now < retryAt ? DecideOffline(page, times, now)
        : Freshness.Revalidate;

    /// <summary>What to do when upstream cannot be asked, or takes too long.</summary>
    /// <remarks>That upstream once did not know a project is never shown as stale: "down" is not "no such project".</remarks>
    public static Freshness DecideOffline(CachedPage? page, CacheLifetimes times, DateTimeOffset now) =>
        page is { Page: not null } && now - page.Metadata.CheckedAt <= times.StaleIfError
            ? Freshness.ServeStale
            : Freshness.Unavailable;

    /// <summary>Whether a page is in the last fifth of its time, and should be refreshed before somebody waits for it.</summary>
    public static bool ShouldRefresh(CachedPage? page, CacheLifetimes times, DateTimeOffset now) =>
        page is { Page: not null } && now > FreshUntil(page, times) - (times.Project / 5);

    /// <summary>Until when an answer holds.</summary>
    public static DateTimeOffset FreshUntil(CachedPage page, CacheLifetimes times) =>
        page.Metadata.CheckedAt + (page.Page is null ? times.NotFound : times.Project);
}
