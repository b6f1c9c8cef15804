using System.Collections.Immutable;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Tests.Advisories;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class GuardFindingRuleTests
{
    const string Reason = "has the file x.pth, which runs whenever the interpreter starts";

    static readonly GuardSpec _hold = new() { Action = PolicyAction.Hold };
    static readonly GuardSpec _hide = new() { Action = PolicyAction.Hide };

    [Fact]
    public void A_finding_holds_a_file_until_it_is_old_enough()
    {
        Assert.Equal(
            new Verdict("guard", "StartupFile", Reason, PolicyFiles.Now.AddDays(-2), PolicyFiles.Now.AddDays(5)),
            Judge(_hold, Found(days: 2)));
        Assert.Null(Judge(_hold, Found(days: 7)));
    }

    [Fact]
    public void An_archive_that_cannot_be_read_counts_whatever_rules_apply()
    {
        var spec = _hide with { Rules = [GuardRule.StartupFile] };
        var unreadable = new GuardFinding(GuardRule.RecordMismatch, "cannot be inspected") { IsUnreadable = true };
        var other = new GuardFinding(GuardRule.RecordMismatch, "lacks a file");
        Assert.NotNull(Judge(spec, Found(days: 2) with { Guard = new(false, [unreadable], null) }));
        Assert.Null(Judge(spec, Found(days: 2) with { Guard = new(false, [other], null) }));
    }

    [Fact]
    public void Hide_hides_it_for_good() => Assert.Equal(
        new Verdict("guard", "StartupFile", Reason, PolicyFiles.Now.AddDays(-900)), Judge(_hide, Found(days: 900)));

    [Theory]
    [InlineData(PolicyAction.Report, 1)]
    [InlineData(PolicyAction.Hold, 8)]
    public void A_finding_that_hides_nothing_is_reported(PolicyAction action, double days)
    {
        var file = Assert.Single(GetPolicy(new() { Action = action }).Apply(
            PolicyFiles.Project("demo", Found(days)), PolicyFiles.Now).Files);
        Assert.True(file.IsVisible);
        Assert.Equal(("StartupFile", Reason), (Assert.Single(file.Reported).Entry, file.Reported[0].Reason));
    }

    [Fact]
    public void A_rule_that_the_resource_does_not_name_finds_nothing() =>
        Assert.Null(Judge(_hide with { Rules = [GuardRule.LookAlike] }, Found(days: 1)));

    [Fact]
    public void By_default_all_rules_apply_but_the_one_that_is_often_wrong()
    {
        Assert.Equal(
            Enum.GetValues<GuardRule>().Except([GuardRule.SdistOnlyNow]), GuardSpec.DefaultRules);
        Assert.Null(Judge(_hide, Found(days: 1, GuardRule.SdistOnlyNow)));
    }

    [Theory]
    [InlineData(PolicyAction.Hold)]
    [InlineData(PolicyAction.Hide)]
    public void A_file_that_is_not_inspected_yet_is_hidden_while_it_is_new(PolicyAction action)
    {
        var spec = new GuardSpec { Action = action };
        var pending = Judge(spec, Pending(days: 2))!;
        Assert.Equal(("is not inspected yet", null, PolicyFiles.Now.AddDays(5)),
            (pending.Reason, pending.Entry, pending.Until));
        Assert.Null(Judge(spec, Pending(days: 7)));
        Assert.Null(Judge(new(), Pending(days: 2)));
    }

    [Theory]
    [InlineData("MAL-2026-1", "LOW", true)]
    [InlineData("PYSEC-2026-1", null, true)]
    [InlineData("PYSEC-2026-1", "HIGH", true)]
    [InlineData("PYSEC-2026-1", "LOW", false)]
    public void A_severe_advisory_confirms_a_finding_whatever_its_own_action(string id, string? severity, bool isHidden)
    {
        var advisories = new AdvisoryRule(
            Osv.Read(Osv.Json(id: id, more: severity is null
                ? "" : $$""", "database_specific": { "severity": "{{severity}}" }""")), AdvisoryAction.Report, null);
        var policy = GetPolicy(_hold) with { Advisories = advisories };
        var verdict = policy.Judge(Found(days: 100, project: "foo-bar"), PolicyFiles.Now);
        Assert.Equal(isHidden, verdict is { Until: null });
        if (isHidden)
            Assert.EndsWith($"and {id} is about this version", verdict!.Reason, StringComparison.Ordinal);
        // Report hides nothing, and a file without a finding is the advisories' matter alone.
        Assert.Null((GetPolicy(new()) with { Advisories = advisories })
            .Judge(Found(days: 100, project: "foo-bar"), PolicyFiles.Now));
        Assert.Null(policy.Judge(PolicyFiles.Wheel("foo-bar", "0.5", 100), PolicyFiles.Now));
    }

    [Fact]
    public void Missing_wheels_are_reported_only_when_they_are_late()
    {
        var spec = new GuardSpec { Rules = [GuardRule.SdistOnlyNow] };
        Assert.Empty(Report(spec, Found(days: 0.5 / 24, GuardRule.SdistOnlyNow)));
        Assert.Single(Report(spec, Found(days: 2.0 / 24, GuardRule.SdistOnlyNow)));
    }

    static Verdict? Judge(GuardSpec spec, Distribution file) => GetPolicy(spec).Judge(file, PolicyFiles.Now);

    static ImmutableArray<Verdict> Report(GuardSpec spec, Distribution file) => GetPolicy(spec).Apply(
        PolicyFiles.Project("demo", file), PolicyFiles.Now).Files.Single().Reported;

    static Policy GetPolicy(GuardSpec spec) => new() { Version = "1", Rules = [.. GuardFindingRule.From(spec)] };

    static Distribution Found(double days, GuardRule rule = GuardRule.StartupFile, string project = "demo") =>
        PolicyFiles.Wheel(project, "0.5", days) with
        {
            Guard = new GuardOutcome(IsPending: false, [new(rule, Reason)], Facts: null),
        };

    static Distribution Pending(double days) => PolicyFiles.Wheel("demo", "0.5", days) with
    {
        Guard = new GuardOutcome(IsPending: true, [], Facts: null),
    };
}
