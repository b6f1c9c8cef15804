using PyRepo.Server.Platform.Caching;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Caching;

/// <summary>Hours in which a cache was replaced as a whole.</summary>
public sealed class CacheTurnoverTests
{
    readonly FakeClock _clock = new();

    [Fact]
    public void An_hour_counts_once_when_as_much_was_evicted_as_there_is_room_for()
    {
        var turnover = new CacheTurnover(100, _clock);
        turnover.Add(99);
        Assert.Equal(0, turnover.FullHours);
        turnover.Add(1);
        turnover.Add(500);
        Assert.Equal(1, turnover.FullHours);
    }

    [Fact]
    public void What_is_evicted_in_different_hours_does_not_add_up()
    {
        var turnover = new CacheTurnover(100, _clock);
        turnover.Add(60);
        _clock.Advance(TimeSpan.FromHours(1));
        turnover.Add(60);
        Assert.Equal(0, turnover.FullHours);
        turnover.Add(40);
        _clock.Advance(TimeSpan.FromHours(1));
        turnover.Add(100);
        Assert.Equal(2, turnover.FullHours);
    }

    /// <summary>One busy hour in each of three nights does not say that the cache is too small.</summary>
    [Fact]
    public void An_hour_counts_for_a_day()
    {
        var turnover = new CacheTurnover(100, _clock);
        for (var night = 0; night < 5; night++)
        {
            turnover.Add(100);
            Assert.Equal(1, turnover.FullHours);
            _clock.Advance(TimeSpan.FromHours(23));
            Assert.Equal(1, turnover.FullHours);
            _clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(0, turnover.FullHours);
        }
        for (var hour = 0; hour < 48; hour++, _clock.Advance(TimeSpan.FromHours(1)))
            turnover.Add(100);
        Assert.Equal(23, turnover.FullHours);
    }

    [Fact]
    public void A_budget_counts_what_it_evicts_and_not_what_is_removed()
    {
        var budget = new MemoryBudget(100, _clock);
        var cache = new BudgetedCache<int, string>(budget);
        for (var i = 0; i < 9; i++)
            cache.Set(i, "x", 20);
        Assert.Equal(0, budget.FullHours);
        cache.Set(9, "x", 20);
        Assert.Equal(1, budget.FullHours);
    }
}
