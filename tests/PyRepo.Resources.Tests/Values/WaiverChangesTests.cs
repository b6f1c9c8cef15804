using PyRepo.Resources.Proxied;

namespace PyRepo.Resources.Tests.Values;

public sealed class WaiverChangesTests
{
    static readonly DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    static readonly WaiverSpec _waiver = new()
    {
        Match = "urllib3==2.6.1",
        Rules = [WaivedRule.MinimumAge, WaivedRule.Block],
        Reason = "a fix",
        By = "alice",
        Until = _now.AddHours(1),
    };

    [Fact]
    public void A_waiver_begins_when_it_is_declared_and_ends_at_its_time()
    {
        var first = WaiverChanges.From([_waiver], [], _now);
        Assert.Equal([_waiver], first.Begun);
        Assert.Empty(first.Ended);
        var second = WaiverChanges.From([_waiver], first.InForce, _waiver.Until);
        Assert.Empty(second.Begun);
        Assert.Equal([_waiver], second.Ended);
        Assert.Empty(second.InForce);
    }

    [Fact]
    public void A_waiver_that_is_prolonged_or_explained_anew_begins_again_and_does_not_end()
    {
        foreach (var changed in new[] { _waiver with { Until = _now.AddHours(2) }, _waiver with { Reason = "other" } })
        {
            var changes = WaiverChanges.From([changed], [_waiver], _now);
            Assert.Equal([changed], changes.Begun);
            Assert.Empty(changes.Ended);
        }
    }

    [Fact]
    public void Of_a_waiver_that_loses_a_rule_only_that_rule_ends()
    {
        var changed = _waiver with { Rules = [WaivedRule.Block] };
        var changes = WaiverChanges.From([changed], [_waiver], _now);
        Assert.Equal([_waiver with { Rules = [WaivedRule.MinimumAge] }], changes.Ended);
    }

    [Fact]
    public void Every_rule_that_can_be_waived_has_the_name_of_a_field() => Assert.Empty(
        Enum.GetNames<WaivedRule>().Except(typeof(PolicySpec).GetProperties().Select(property => property.Name)));
}
