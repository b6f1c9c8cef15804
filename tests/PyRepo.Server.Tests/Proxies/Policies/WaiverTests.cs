using PyRepo.Packaging.Simple;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Tests.Advisories;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class WaiverTests
{
    static readonly DateTimeOffset _now = PolicyFiles.Now;
    static readonly DateTimeOffset _end = _now.AddHours(1);

    /// <summary>Makes a waiver by alice.</summary>
    public static WaiverSpec Waive(string match, DateTimeOffset until, params WaivedRule[] rules) => new()
    {
        Match = match,
        Rules = rules.Length > 0 ? [.. rules] : [WaivedRule.MinimumAge],
        Reason = "CVE-2026-1 is fixed there",
        By = "alice",
        Until = until,
    };

    [Fact]
    public void A_waiver_lets_through_what_its_rule_hides_and_says_who_gave_it()
    {
        var judged = Judge(Waive("urllib3==2.6.1", _end));
        var file = judged.Files.Single(f => f.Distribution.Name.VersionText == "2.6.1");
        Assert.True(file.IsVisible);
        var waiver = Assert.Single(file.Waivers);
        Assert.Equal(
            ("minimumAge", "urllib3==2.6.1", "CVE-2026-1 is fixed there", "alice", _end),
            (waiver.Rule, waiver.Match, waiver.Reason, waiver.By, waiver.Until));
        Assert.Equal(_end, judged.ValidUntil);
        Assert.Equal(["2.6.1"], judged.Visible.Select(f => f.Name.VersionText));
    }

    [Fact]
    public void A_waiver_counts_for_its_own_rules_only()
    {
        var judged = Judge(Waive("urllib3", _end, WaivedRule.Block));
        Assert.Empty(judged.Visible);
        Assert.Equal(ProjectStatus.Quarantined, judged.Status);
        Assert.All(
            Judge(Waive("urllib3", _end, WaivedRule.MinimumAge), new BlockRule(new(["urllib3==2.6.1"]))).Files,
            file => Assert.Equal(file.Distribution.Name.VersionText != "2.6.1", file.IsVisible));
        Assert.Equal(
            2, Judge(
                Waive("urllib3", _end, WaivedRule.MinimumAge, WaivedRule.Block),
                new BlockRule(new(["urllib3==2.6.1"]))).Visible.Count());
    }

    public static TheoryData<WaivedRule> Rules() => [.. Enum.GetValues<WaivedRule>()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_that_can_be_waived_lets_the_file_through(WaivedRule rule)
    {
        var file = PolicyFiles.Wheel("foo-bar", "0.5", days: 1) with
        {
            Verified = new() { Verdict = ProvenanceVerdict.Absent, Established = ["GitHub acme/lib"] },
            Guard = new(IsPending: false, [new(GuardRule.StartupFile, "has x.pth")], Facts: null),
        };
        var policy = new Policy
        {
            Version = "1",
            Rules =
            [
                .. new Dictionary<WaivedRule, IPolicyRule>
                {
                    [WaivedRule.MinimumAge] = new MinimumAgeRule(Duration.FromDays(7), new([])),
                    [WaivedRule.Block] = new BlockRule(new(["foo-bar"])),
                    [WaivedRule.ConstraintsRef] = new ConstraintsRule(ConstraintsFile.Read("foo-bar==9").Constraints),
                    [WaivedRule.AsOf] = new AsOfRule(_now.AddDays(-30)),
                    [WaivedRule.PackageTypes] = new PackageTypesRule(["sdist"]),
                    [WaivedRule.Provenance] = new ProvenanceRule(new() { Action = PolicyAction.Hide }),
                    [WaivedRule.Guard] = new GuardFindingRule(
                        new() { Action = PolicyAction.Hide }, GuardRule.StartupFile),
                }.Where(each => each.Key == rule).Select(each => each.Value),
            ],
            Advisories = rule is WaivedRule.Advisories
                ? new AdvisoryRule(Osv.Read(Osv.Json()), AdvisoryAction.Block, null)
                : null,
        };
        Assert.NotNull(policy.Judge(file, _now));
        Assert.Null((policy with { Waivers = new Waivers([Waive("foo-bar", _end, rule)]) }).Judge(file, _now));
    }

    [Fact]
    public void A_release_that_a_vulnerability_would_yank_is_not_yanked_while_that_is_waived()
    {
        var policy = new Policy
        {
            Version = "1",
            Advisories = new AdvisoryRule(Osv.Read(Osv.Json()), AdvisoryAction.Yank, null),
        };
        var project = PolicyFiles.Project("foo-bar", PolicyFiles.Wheel("foo-bar", "0.5"));
        Assert.NotNull(policy.Apply(project, _now).Visible.Single().Yanked);
        var waived = (policy with { Waivers = new Waivers([Waive("foo-bar", _end, WaivedRule.Advisories)]) })
            .Apply(project, _now);
        Assert.Null(waived.Visible.Single().Yanked);
        Assert.Equal("alice", Assert.Single(waived.Files.Single().Waivers).By);
        Assert.Equal(_end, waived.ValidUntil);
    }

    [Theory]
    [InlineData("urllib3", true)]
    [InlineData("url*", true)]
    [InlineData("urllib3==2.6.1", true)]
    [InlineData("urllib3>2.6.1", false)]
    [InlineData("requests", false)]
    public void A_waiver_counts_for_what_its_entry_names(string match, bool isWaived) => Assert.Equal(
        isWaived,
        Judge(Waive(match, _end)).Visible.Any(f => f.Name.VersionText == "2.6.1"));

    [Fact]
    public void A_waiver_that_has_ended_counts_for_nothing()
    {
        var judged = Judge(Waive("urllib3", _now));
        Assert.Empty(judged.Visible);
        Assert.Empty(judged.Files.First().Waivers);
    }

    [Fact]
    public void Of_several_waivers_the_one_that_ends_last_is_named() => Assert.Equal(
        _end.AddHours(2),
        new Waivers([Waive("urllib3", _end), Waive("urllib3", _end.AddHours(2)), Waive("urllib3", _end.AddHours(1))])
            .Find("minimumAge", PolicyFiles.Wheel("urllib3", "2.6.1").Name, _now)?.Until);

    [Fact]
    public void A_project_of_which_all_is_too_young_says_until_when() => Assert.Equal(
        "blocked by policy: minimumAge 7d, until 2026-02-06T12:00:00Z",
        Judge(Waive("other", _end)).StatusReason);

    [Fact]
    public void A_project_that_a_rule_without_an_end_hides_says_no_end() => Assert.Equal(
        "blocked by policy: urllib3",
        Judge(Waive("other", _end), new BlockRule(new(["urllib3"]))).StatusReason);

    static Server.Content.Repositories.ProjectSnapshot Judge(WaiverSpec waiver, IPolicyRule? first = null)
    {
        var young = new MinimumAgeRule(Duration.FromDays(7), new([]));
        return new Policy
        {
            Version = "1",
            Rules = first is null ? [young] : [first, young],
            Waivers = new Waivers([waiver]),
        }
        .Apply(
            PolicyFiles.Project(
                "urllib3",
                PolicyFiles.Wheel("urllib3", "2.6.1", days: 1), PolicyFiles.Wheel("urllib3", "2.6.2", days: 0)),
            _now);
    }
}
