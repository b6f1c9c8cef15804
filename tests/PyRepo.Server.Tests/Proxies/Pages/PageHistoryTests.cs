using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class PageHistoryTests
{
    static readonly DateTimeOffset _first = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset _second = _first.AddDays(1);
    static readonly DateTimeOffset _afterFirst = _first.AddTicks(1), _afterSecond = _second.AddTicks(1);
    static readonly DateTimeOffset _third = _first.AddDays(2);
    static readonly DateTimeOffset _longAgo = _first.AddYears(-1);

    [Fact]
    public void On_the_first_page_ages_count_from_the_upload_time_or_else_from_the_reading()
    {
        var dates = Read(Page(File("a", 'a', _longAgo), File("b", 'b', null)), null, _first).Metadata.Dates;
        Assert.Equal(_longAgo, dates.AvailableSince(File("a", 'a', _longAgo)));
        Assert.Equal(_first, dates.AvailableSince(File("b", 'b', null)));
    }

    [Fact]
    public void A_file_is_not_older_than_the_last_reading_in_which_it_was_absent()
    {
        var before = Read(Page(File("a", 'a', _longAgo)), null, _first);
        var dates = Read(
            Page(File("a", 'a', _longAgo), File("b", 'b', _longAgo), File("c", 'c', _second)), before, _third)
            .Metadata.Dates;
        Assert.Equal(_longAgo, dates.AvailableSince(File("a", 'a', _longAgo)));
        Assert.Equal(_afterFirst, dates.AvailableSince(File("b", 'b', _longAgo)));
        Assert.Equal(_second, dates.AvailableSince(File("c", 'c', _second)));
    }

    [Fact]
    public void A_file_with_other_bytes_under_the_same_name_is_new()
    {
        var before = Read(Page(File("a", 'a', _longAgo)), null, _first);
        var dates = Read(Page(File("a", 'b', _longAgo)), before, _second).Metadata.Dates;
        Assert.Equal(_afterFirst, dates.AvailableSince(File("a", 'b', _longAgo)));
    }

    [Fact]
    public void An_added_or_omitted_hash_does_not_make_a_different_file()
    {
        var before = Read(Page(File("a", 'a', _longAgo) with { Hashes = default }), null, _first);
        var dates = Read(Page(File("a", 'a', _longAgo)), before, _second).Metadata.Dates;
        Assert.Equal(_longAgo, dates.AvailableSince(File("a", 'a', _longAgo)));
    }

    [Fact]
    public void When_a_file_was_first_seen_outlives_a_time_in_which_upstream_did_not_know_the_project()
    {
        var first = Read(Page(File("a", 'a', null), File("b", 'b', _longAgo)), null, _first);
        var gone = new CachedPage(null, new CachedPageMetadata
        {
            CheckedAt = _second,
            NotKnown = true,
            FirstSeen = first.Metadata.FirstSeen,
            FormerFiles = PageHistory.FormerFiles(null, first),
        });
        var again = Page(File("a", 'a', null), File("b", 'b', _longAgo), File("c", 'c', _longAgo));
        var dates = Read(again, gone, _third).Metadata.Dates;
        Assert.Equal(_first, dates.AvailableSince(File("a", 'a', null)));
        Assert.Equal(_longAgo, dates.AvailableSince(File("b", 'b', _longAgo)));
        Assert.Equal(_afterSecond, dates.AvailableSince(File("c", 'c', _longAgo)));
    }

    [Fact]
    public void A_file_without_an_upload_time_is_served_with_the_date_on_which_it_was_first_seen()
    {
        var first = Read(Page(File("a", 'a', null), File("b", 'b', _longAgo)), null, _first);
        Assert.Equal((_first, true), first.Metadata.Dates.UploadedAt(File("a", 'a', null)));
        Assert.Equal((_longAgo, false), first.Metadata.Dates.UploadedAt(File("b", 'b', _longAgo)));
        Assert.True(first.HasOwnDates);
        Assert.False(first.CanBeFetchedAgain);
    }

    [Fact]
    public void A_served_date_stays_when_upstream_says_another_one_later()
    {
        var first = Read(Page(File("a", 'a', null)), null, _first);
        foreach (var before in new[] { first, new CachedPage(null, PageHistory.Evict(first)) })
        {
            var second = Read(Page(File("a", 'a', _longAgo), File("b", 'b', _longAgo)), before, _second);
            Assert.Equal((_first, true), second.Metadata.Dates.UploadedAt(File("a", 'a', _longAgo)));
            Assert.Equal((_longAgo, false), second.Metadata.Dates.UploadedAt(File("b", 'b', _longAgo)));
            var third = Read(Page(File("a", 'a', _second)), second, _third);
            Assert.Equal((_first, true), third.Metadata.Dates.UploadedAt(File("a", 'a', _second)));
            Assert.False(third.CanBeFetchedAgain);
        }
    }

    [Fact]
    public void One_page_without_upload_times_makes_no_file_new()
    {
        var first = Read(Page(File("a", 'a', _longAgo)), null, _first);
        var without = Read(Page(File("a", 'a', null)), first, _second);
        Assert.Equal(_longAgo, without.Metadata.Dates.UploadedAt(File("a", 'a', null)).Time);
        Assert.Equal(_longAgo, without.Metadata.Dates.AvailableSince(File("a", 'a', null)));
        var again = Read(Page(File("a", 'a', _longAgo)), without, _third);
        Assert.Equal((_longAgo, false), again.Metadata.Dates.UploadedAt(File("a", 'a', _longAgo)));
        Assert.Equal(_longAgo, again.Metadata.Dates.AvailableSince(File("a", 'a', _longAgo)));
    }

    [Fact]
    public void A_served_date_outlives_the_absence_of_its_file()
    {
        var first = Read(Page(File("a", 'a', null), File("b", 'b', null)), null, _first);
        var without = Read(Page(File("b", 'b', null)), first, _second);
        var again = Read(Page(File("a", 'a', _longAgo), File("b", 'b', null)), without, _third);
        Assert.Equal((_first, true), again.Metadata.Dates.UploadedAt(File("a", 'a', _longAgo)));
    }

    [Fact]
    public void Other_bytes_under_a_dated_name_have_a_date_of_their_own()
    {
        var first = Read(Page(File("a", 'a', null)), null, _first);
        var dates = Read(Page(File("a", 'b', _third)), first, _third).Metadata.Dates;
        Assert.Equal((_third, false), dates.UploadedAt(File("a", 'b', _third)));
    }

    [Fact]
    public void When_a_file_was_first_seen_outlives_the_eviction_of_its_page()
    {
        var first = Read(Page(File("a", 'a', null)), null, _first);
        var evicted = new CachedPage(null, PageHistory.Evict(first));
        var dates = Read(Page(File("a", 'a', null), File("b", 'b', null)), evicted, _third).Metadata.Dates;
        Assert.Equal(_first, dates.AvailableSince(File("a", 'a', null)));
        Assert.Equal(_afterFirst, dates.AvailableSince(File("b", 'b', null)));
    }

    [Fact]
    public void After_an_eviction_a_backdated_file_or_hash_is_as_new_as_without_it()
    {
        var first = Read(Page(File("a", 'a', _longAgo), File("b", 'b', _longAgo)), null, _first);
        var evicted = new CachedPage(null, PageHistory.Evict(first));
        var dates = Read(
            Page(File("a", 'a', _longAgo), File("b", 'd', _longAgo), File("c", 'c', _longAgo)), evicted, _third)
            .Metadata.Dates;
        Assert.Equal(_longAgo, dates.AvailableSince(File("a", 'a', _longAgo)));
        Assert.Equal(_afterFirst, dates.AvailableSince(File("b", 'd', _longAgo)));
        Assert.Equal(_afterFirst, dates.AvailableSince(File("c", 'c', _longAgo)));
    }

    [Fact]
    public void A_file_that_was_missing_on_a_page_for_a_while_keeps_its_age()
    {
        var first = Read(Page(File("a", 'a', _longAgo)), null, _first);
        var second = Read(Page(), first, _second);
        var dates = Read(Page(File("a", 'a', _longAgo), File("b", 'b', _longAgo)), second, _third).Metadata.Dates;
        Assert.Equal(_longAgo, dates.AvailableSince(File("a", 'a', _longAgo)));
        Assert.Equal(_afterSecond, dates.AvailableSince(File("b", 'b', _longAgo)));
    }

    [Fact]
    public void A_backdated_file_that_is_removed_and_added_again_is_as_young_as_before()
    {
        var first = Read(Page(), null, _first);
        var second = Read(Page(File("a", 'a', _longAgo)), first, _second);
        var third = Read(Page(), second, _third);
        var dates = Read(Page(File("a", 'a', _longAgo)), third, _third.AddDays(1)).Metadata.Dates;
        Assert.Equal(_afterFirst, dates.AvailableSince(File("a", 'a', _longAgo)));
    }

    [Fact]
    public void The_yank_reason_of_a_removed_file_is_remembered()
    {
        var yanked = Page(File("a", 'a', _longAgo) with { Yanked = "broken" });
        var before = Read(yanked, null, _first);
        var removed = new CachedPage(Page(), new CachedPageMetadata
        {
            CheckedAt = _second,
            RemovedYanks = PageHistory.RemovedYanks(Page(), ["a", "b"], before),
        });
        Assert.Equal("broken", Assert.Single(removed.Metadata.RemovedYanks).Value);
        Assert.Single(PageHistory.RemovedYanks(null, ["a"], removed));
        Assert.Empty(PageHistory.RemovedYanks(yanked, ["a"], removed));
        Assert.Empty(PageHistory.RemovedYanks(null, [], removed));
    }

    [Fact]
    public void The_URL_of_a_cached_file_is_known_for_as_long_as_upstream_lacks_it()
    {
        var page = Page(File("a", 'a', _longAgo), File("b", 'b', _longAgo));
        var url = Assert.Single(page.Files, file => file.FileName == "a").Url;
        var before = new CachedPage(page, new CachedPageMetadata { CheckedAt = _first });
        var removed = new CachedPage(Page(), new CachedPageMetadata
        {
            CheckedAt = _second,
            RemovedUrls = PageHistory.RemovedUrls(Page(), ["a"], before),
        });
        Assert.Equal(KeyValuePair.Create("a", url), Assert.Single(removed.Metadata.RemovedUrls));
        Assert.True(removed.Metadata.HasHistory);
        Assert.Equal(url, removed.Metadata.Dates.RemovedUrls["a"]);
        Assert.Single(PageHistory.RemovedUrls(null, ["a"], removed));
        Assert.Empty(PageHistory.RemovedUrls(page, ["a"], removed));
        Assert.Empty(PageHistory.RemovedUrls(null, [], removed));
    }

    [Fact]
    public void A_quarantined_project_stays_quarantined_until_upstream_shows_it_again()
    {
        var quarantined = Page() with { Status = ProjectStatus.Quarantined };
        var second = new CachedPage(quarantined, new CachedPageMetadata
        {
            CheckedAt = _second,
            Quarantined = PageHistory.Quarantined(quarantined, ["a", "b"], null),
        });
        Assert.Equal(["a", "b"], PageHistory.Quarantined(null, ["a", "b"], second).Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b"], PageHistory.Quarantined(Page(), ["a", "b"], second).Order(StringComparer.Ordinal));
        Assert.Equal(["b"], PageHistory.Quarantined(Page(File("a", 'a', _longAgo)), ["a", "b"], second));
    }

    [Fact]
    public void A_reading_by_a_clock_that_was_ahead_does_not_make_files_younger_than_now()
    {
        var before = Read(Page(File("a", 'a', null)), null, _first.AddYears(10));
        var dates = Read(Page(File("a", 'a', null), File("b", 'b', _longAgo)), before, _second).Metadata.Dates;
        Assert.Equal(_second, dates.AvailableSince(File("a", 'a', null)));
        Assert.Equal(_second, dates.AvailableSince(File("b", 'b', _longAgo)));
    }

    [Fact]
    public void A_yank_has_a_date_only_if_the_file_was_seen_before_it()
    {
        var yanked = File("a", 'a', _longAgo) with { Yanked = "" };
        Assert.Null(Read(Page(yanked), null, _first).Metadata.Dates.WhenYanked(yanked));
        var before = Read(Page(File("a", 'a', _longAgo)), null, _first);
        var second = Read(Page(yanked), before, _second);
        Assert.Equal(_second, second.Metadata.Dates.WhenYanked(yanked));
        var third = Read(Page(yanked), second, _third);
        Assert.Equal(_second, third.Metadata.Dates.WhenYanked(yanked));
        Assert.Null(third.Metadata.Dates.WhenYanked(yanked with { Yanked = null }));
    }

    [Fact]
    public void A_cached_file_that_the_page_lacks_was_removed_when_that_was_first_seen()
    {
        var page = Page(File("a", 'a', _longAgo));
        var before = new CachedPage(page, new CachedPageMetadata
        {
            CheckedAt = _first,
            RemovedAt = PageHistory.RemovedAt(page, ["a", "b"], null, _first),
        });
        Assert.Equal(["b"], before.Metadata.RemovedAt.Keys);
        var removed = PageHistory.RemovedAt(null, ["a", "b"], before, _second);
        Assert.Equal((_second, _first), (removed["a"], removed["b"]));
        Assert.Empty(PageHistory.RemovedAt(null, [], before, _second));
    }

    static CachedPage Read(ProjectDetail page, CachedPage? before, DateTimeOffset now) => new(
        page, new CachedPageMetadata
        {
            CheckedAt = now,
            FirstSeen = PageHistory.FirstSeen(page, before, now),
            ServedDates = PageHistory.ServedDates(page, before),
            YankedAt = PageHistory.YankedAt(page, before, now),
            FormerFiles = PageHistory.FormerFiles(page, before),
        });

    static ProjectDetail Page(params PageFile[] files) => new() { Name = "demo", Files = files };

    static PageFile File(string name, char hash, DateTimeOffset? uploaded) => new()
    {
        FileName = name,
        Url = $"https://example.com/{name}",
        Hashes = new FileHashes(Sha256Digest.Parse(new string(hash, 64))),
        UploadTime = uploaded,
    };
}
