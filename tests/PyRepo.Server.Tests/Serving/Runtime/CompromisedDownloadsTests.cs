using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Downloads;
using PyRepo.Egress;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Storage;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Advisories;
using PyRepo.Server.Tests.Downloads;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Runtime;

/// <summary>The advisories of <see cref="Osv"/> affect 0.5 of foo-bar, and not 1.0.</summary>
public sealed class CompromisedDownloadsTests : IDisposable
{
    const string Affected = "foo_bar-0.5-py3-none-any.whl", NotAffected = "foo_bar-1.0-py3-none-any.whl";
    const string Withdrawn = """, "withdrawn": "2026-02-03T04:05:06Z" """;

    readonly LogFolder _folder = new();
    readonly TemporaryFolder _source = new();
    readonly DownloadLog _log;
    readonly RepositoryAdvisories _advisories;
    readonly CompromisedDownloads _compromised;

    public CompromisedDownloadsTests()
    {
        _log = _folder.Start();
        _advisories = new(_folder.Store, new MemoryBudget(1 << 20), _folder.Clock, NullLogger.Instance);
        _compromised = new(_log, _advisories, "team-a", _folder.Clock, NullLogger.Instance);
    }

    public void Dispose()
    {
        _advisories.Dispose();
        _source.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_advisory_about_malice_tells_how_often_the_release_was_downloaded()
    {
        await DownloadAsync(Affected, times: 3);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        Assert.Equal(["foo-bar 0.5 MAL-2026-1 3"], await FindAsync());
    }

    [Fact]
    public async Task An_advisory_with_an_alias_about_malice_counts()
    {
        await DownloadAsync(Affected);
        UseOwn(new AdvisoriesSpec(), Osv.Json("GHSA-1", aliases: """["MAL-2026-1"]"""));
        Assert.Equal(["foo-bar 0.5 GHSA-1 1"], await FindAsync());
    }

    [Fact]
    public async Task Another_version_of_the_project_is_not_told_of()
    {
        await DownloadAsync(NotAffected);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        Assert.Empty((await FindAsync())!);
    }

    [Fact]
    public async Task A_later_download_of_this_or_another_replica_is_counted()
    {
        await DownloadAsync(Affected);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        await FindAsync();
        await DownloadAsync(Affected);
        _folder.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["foo-bar 0.5 MAL-2026-1 2"], await FindAsync());
        await DownloadAsync(Affected, log: _folder.Start("1"));
        _folder.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["foo-bar 0.5 MAL-2026-1 3"], await FindAsync());
    }

    [Theory]
    [InlineData("LOW", null, false)]
    [InlineData("CRITICAL", null, false)]
    [InlineData("MODERATE", Severity.High, false)]
    [InlineData("HIGH", Severity.High, true)]
    [InlineData("CRITICAL", Severity.High, true)]
    public async Task Another_advisory_counts_from_the_severity_that_the_policy_names(
        string severity, Severity? minimum, bool isFound)
    {
        await DownloadAsync(Affected);
        UseOwn(
            new PolicyAdvisoriesSpec { Action = AdvisoryAction.Report, MinimumSeverity = minimum },
            Osv.Json(more: $$""", "database_specific": { "severity": "{{severity}}" } """));
        Assert.Equal(isFound ? ["foo-bar 0.5 PYSEC-2026-1 1"] : [], await FindAsync());
    }

    [Fact]
    public async Task An_advisory_that_is_withdrawn_ends_the_alarm()
    {
        await DownloadAsync(Affected);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        Assert.Single((await FindAsync())!);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1", more: Withdrawn));
        Assert.Empty((await FindAsync())!);
    }

    [Fact]
    public async Task A_spec_without_advisories_ends_the_alarm()
    {
        await DownloadAsync(Affected);
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        Assert.Single((await FindAsync())!);
        _advisories.Use(null, null, Settings());
        Assert.Empty((await FindAsync())!);
    }

    [Fact]
    public async Task An_alarm_ends_when_its_downloads_are_kept_no_longer_though_others_of_the_day_are()
    {
        UseOwn(new AdvisoriesSpec(), Osv.Json("MAL-2026-1"));
        LogFolder.Record(_log, Affected);
        _folder.Clock.Advance(TimeSpan.FromHours(6));
        await DownloadAsync(NotAffected);
        _folder.Clock.Advance(LogFolder.Own.KeepFor - TimeSpan.FromHours(7));
        Assert.Single((await FindAsync())!);
        _folder.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty((await FindAsync())!);
    }

    [Fact]
    public async Task Nothing_is_known_while_the_advisories_are_not_read()
    {
        await DownloadAsync(Affected);
        var source = new AdvisoriesSpec { Source = new Uri(_source["all.json"]).AbsoluteUri };
        _advisories.Use(source, null, Settings());
        Assert.Null(await FindAsync());
        _source.Write("all.json", Osv.Json("MAL-2026-1"));
        await _advisories.RefreshIfDueAsync(default);
        Assert.Equal(["foo-bar 0.5 MAL-2026-1 1"], await FindAsync());
    }

    async Task DownloadAsync(string file, int times = 1, DownloadLog? log = null)
    {
        LogFolder.Record(log ?? _log, file, times: times);
        await (log ?? _log).WriteAsync(default);
    }

    void UseOwn(AdvisoriesSpec spec, string json) =>
        _advisories.Use(spec, OwnAdvisories.Read("the ConfigMap", json), Settings());

    async Task<IEnumerable<string>?> FindAsync()
    {
        await _compromised.CheckAsync(default);
        return _compromised.Found?.Select(each => $"{each.Project} {each.Version} {each.Advisory} {each.Downloads}");
    }

    static UpstreamSettings Settings() => new()
    {
        Url = new Uri("https://pypi.example/simple/"),
        Timeout = TimeSpan.FromSeconds(30),
        Fingerprint = "",
        EgressPolicy = new EgressPolicy(inCluster: false, [], []),
    };
}
