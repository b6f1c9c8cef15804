using PyRepo.Packaging.Simple;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class FreshnessPolicyTests
{
    /// <summary>The minutes since a check that was ten years ahead.</summary>
    const int TenYears = -10 * 365 * 24 * 60;

    static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    static readonly CacheLifetimes _times = new(
        Project: TimeSpan.FromMinutes(5), Index: TimeSpan.FromMinutes(10), NotFound: TimeSpan.FromMinutes(1),
        StaleIfError: TimeSpan.FromDays(7));

    [Theory]
    // cached content, minutes since the last check, whether upstream is paused, whether the query is forced
    [InlineData("page", 4, false, false, "Fresh")]
    [InlineData("page", 5, false, false, "Revalidate")]
    [InlineData("page", 4, false, true, "Revalidate")]
    [InlineData("page", 4, true, false, "Fresh")]
    [InlineData("page", 5, true, false, "ServeStale")]
    [InlineData("page", 4, true, true, "ServeStale")]
    [InlineData("page", 7 * 24 * 60, true, false, "ServeStale")]
    [InlineData("page", (7 * 24 * 60) + 1, true, false, "Unavailable")]
    [InlineData("page", -1, false, false, "Revalidate")]
    [InlineData("page", TenYears, false, false, "Revalidate")]
    [InlineData("page", TenYears, true, false, "ServeStale")]
    [InlineData("not known", TenYears, false, false, "Revalidate")]
    [InlineData("not known", TenYears, true, false, "Unavailable")]
    [InlineData("not known", 0, false, false, "Fresh")]
    [InlineData("not known", 1, false, false, "Revalidate")]
    [InlineData("not known", 1, true, false, "Unavailable")]
    [InlineData("nothing", 0, false, false, "Revalidate")]
    [InlineData("nothing", 0, true, false, "Unavailable")]
    public void A_cached_page_is_fresh_revalidated_or_stale(
        string cached, int minutes, bool isLeftAlone, bool force, string expected) =>
        Assert.Equal(expected, FreshnessPolicy.Decide(
            Cached(cached, minutes), _times, force, isLeftAlone, _now).ToString());

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(TenYears, true)]
    public void A_page_is_refreshed_in_the_last_fifth_of_its_time(int minutes, bool expected) =>
        Assert.Equal(expected, FreshnessPolicy.IsSoonStale(_now.AddMinutes(-minutes), _times, _now));

    static CachedPage? Cached(string what, int minutes)
    {
        var metadata = new CachedPageMetadata { CheckedAt = _now.AddMinutes(-minutes) };
        return what switch
        {
            "page" => new CachedPage(new ProjectDetail { Name = "demo", Files = [] }, metadata),
            "not known" => new CachedPage(null, metadata with { NotKnown = true }),
            _ => null,
        };
    }
}
