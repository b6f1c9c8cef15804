using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Running;

public sealed class RequeuePausesTests
{
    readonly RequeuePauses _pauses = new();

    [Fact]
    public void A_stalled_resource_is_reconciled_after_pauses_that_grow_to_five_minutes()
    {
        var pauses = Enumerable.Range(0, 9).Select(_ => _pauses.Next(Key(1), isChanged: false).TotalSeconds);
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], pauses);
    }

    [Fact]
    public void The_pauses_restart_when_its_status_changes_and_after_it_was_ready()
    {
        _pauses.Next(Key(1), isChanged: false);
        Assert.Equal(TimeSpan.FromSeconds(10), _pauses.Next(Key(1), isChanged: false));
        Assert.Equal(TimeSpan.FromSeconds(5), _pauses.Next(Key(1), isChanged: true));
        _pauses.Next(Key(1), isChanged: false);
        _pauses.Forget(Key(1));
        Assert.Equal(TimeSpan.FromSeconds(5), _pauses.Next(Key(1), isChanged: false));
    }

    [Fact]
    public void A_thousand_stalled_resources_cause_less_than_one_reconcile_per_second()
    {
        TimeSpan[] pauses = [];
        for (var visit = 0; visit < 10; visit++)
            pauses = [.. Enumerable.Range(0, 1000).Select(number => _pauses.Next(Key(number), isChanged: false))];
        Assert.InRange(pauses.Sum(pause => 1 / pause.TotalSeconds), 0, 0.99);
    }

    static ResourceKey Key(int number) => new("PythonRepository", "packages", $"r{number}");
}
