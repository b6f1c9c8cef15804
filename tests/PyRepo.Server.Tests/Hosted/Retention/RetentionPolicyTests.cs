using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Hosted.Retention;

namespace PyRepo.Server.Tests.Hosted.Retention;

/// <summary>A release goes only if no given rule keeps it.</summary>
public sealed class RetentionPolicyTests
{
    static readonly DateTimeOffset _now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_versions_are_kept_in_the_order_of_versions_not_of_uploads() =>
        Assert.Equal(["1.2"], Expired(new() { KeepVersions = 2 }, ("1.10", 40), ("1.9", 1), ("1.2", 2)));

    [Fact]
    public void Pre_releases_displace_only_other_pre_releases() =>
        Assert.Equal(["1.1rc1", "2.0rc1"], Expired(
            new() { KeepVersions = 2 }, ("1.0", 9), ("1.1rc1", 8), ("1.1", 7), ("2.0rc1", 6), ("2.0rc2", 5),
            ("2.0rc3", 4)));

    [Fact]
    public void Development_releases_displace_no_other_release() =>
        Assert.Equal(["1.0", "2.0.dev1", "2.0.dev2"], Expired(
            new() { KeepVersions = 2, KeepDevReleasesFor = Days(30) },
            ("1.0", 300), ("1.1", 200), ("1.2", 100), ("2.0.dev1", 90), ("2.0.dev2", 80), ("2.0.dev3", 70),
            ("2.0.dev4", 60)));

    [Fact]
    public void A_young_development_release_is_kept_however_many_there_are() =>
        Assert.Equal(["1.0.dev1"], Expired(
            new() { KeepVersions = 1, KeepDevReleasesFor = Days(30) },
            ("1.0.dev1", 31), ("1.0.dev2", 29), ("1.0.dev3", 28), ("1.0", 27)));

    [Fact]
    public void Without_keepVersions_no_other_release_goes() =>
        Assert.Equal(["2.0.dev1"], Expired(
            new() { KeepDevReleasesFor = Days(30) }, ("0.1", 1000), ("1.0", 900), ("2.0.dev1", 31), ("2.0.dev2", 29)));

    [Fact]
    public void The_newest_development_releases_are_kept_apart_from_the_others() =>
        Assert.Equal(["1.0.dev1"], Expired(
            new() { KeepVersions = 1 }, ("1.0.dev1", 9), ("1.0.dev2", 8), ("1!1.0", 7)));

    [Fact]
    public void Nothing_goes_while_statistics_are_damaged()
    {
        var downloads = Counted(daysAgo: 400);
        downloads.IsComplete = false;
        Assert.Empty(Expired(
            new() { KeepVersions = 1, KeepIfDownloadedWithin = Days(90) }, downloads, ("1.0", 300), ("1.1", 200)));
    }

    [Fact]
    public void A_downloaded_release_is_kept()
    {
        var downloads = Counted(daysAgo: 400);
        downloads.Add(new DownloadKey("acme", "1.0", "pip", null), DayAgo(89));
        downloads.Add(new DownloadKey("acme", "1.1", "pip", null), DayAgo(91));
        Assert.Equal(["1.1"], Expired(
            new() { KeepVersions = 1, KeepIfDownloadedWithin = Days(90) }, downloads,
            ("1.0", 300), ("1.1", 200), ("1.2", 100)));
    }

    [Fact]
    public void Nothing_goes_until_downloads_were_counted_for_as_long_as_the_rule_looks_back()
    {
        var rules = new RetentionSpec { KeepVersions = 1, KeepIfDownloadedWithin = Days(90) };
        Assert.Empty(Expired(rules, Counted(daysAgo: 60), ("1.0", 300), ("1.1", 200)));
        Assert.Empty(Expired(rules, new LastDownloads(null), ("1.0", 300), ("1.1", 200)));
        Assert.Equal(["1.0"], Expired(rules, Counted(daysAgo: 91), ("1.0", 300), ("1.1", 200)));
    }

    [Fact]
    public void A_release_newer_than_the_download_window_is_kept() =>
        Assert.Equal(["1.0"], Expired(
            new() { KeepVersions = 1, KeepIfDownloadedWithin = Days(90) }, Counted(daysAgo: 400),
            ("1.0", 91), ("1.1", 89), ("1.2", 1)));

    [Fact]
    public void Rules_about_downloads_alone_remove_nothing() =>
        Assert.Empty(Expired(
            new() { KeepIfDownloadedWithin = Days(90) }, Counted(daysAgo: 400), ("1.0", 300), ("1.1.dev1", 300)));

    [Fact]
    public void Each_release_states_why_it_is_removed()
    {
        var expired = Assert.Single(new RetentionPolicy(
            new() { KeepVersions = 1, KeepDevReleasesFor = Days(30) }, _now, null)
            .FindExpired(Project(("1.0.dev1", 31), ("1.0.dev2", 20))));
        Assert.Equal(
            "It is not the newest version, and it is a development release older than 30d.", expired.Reason);
    }

    static List<string> Expired(RetentionSpec rules, params (string Version, int DaysAgo)[] releases) =>
        Expired(rules, null, releases);

    static List<string> Expired(
        RetentionSpec rules, LastDownloads? downloads, params (string Version, int DaysAgo)[] releases) =>
        [.. new RetentionPolicy(rules, _now, downloads).FindExpired(Project(releases)).Select(each => each.Version)];

    static ProjectSnapshot Project(params (string Version, int DaysAgo)[] releases) => new()
    {
        Project = ProjectName.Parse("acme"),
        Version = "1",
        Files =
        [
            .. releases.Select(release => GetFile(release.Version, release.DaysAgo)).Order(Distribution.PageOrder)
                .Select(file => new SnapshotFile(file)),
        ],
    };

    static Distribution GetFile(string version, int daysAgo)
    {
        Assert.True(DistributionFileName.TryParse($"acme-{version}.tar.gz", ProjectName.Parse("acme"), out var name));
        return new Distribution
        {
            Name = name,
            Size = 1,
            Sha256 = Sha256Digest.HashData([1]),
            UploadedAt = _now.AddDays(-daysAgo),
            RecordedAt = _now.AddDays(-daysAgo),
            Location = version,
        };
    }

    static LastDownloads Counted(int daysAgo) => new(DayAgo(daysAgo));

    static DateOnly DayAgo(int days) => DateOnly.FromDateTime(_now.AddDays(-days).UtcDateTime);

    static Duration Days(int days)
    {
        Assert.True(Duration.TryParse($"{days}d", out var duration));
        return duration;
    }
}
