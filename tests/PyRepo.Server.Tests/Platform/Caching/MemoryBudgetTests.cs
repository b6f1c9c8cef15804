using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Tests.Platform.Caching;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void The_cache_never_exceeds_the_limit_plus_the_newest_entry()
    {
        var budget = new MemoryBudget(1000);
        var cache = new BudgetedCache<int, int>(budget);
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            var weight = random.Next(1, 300);
            cache.Set(random.Next(100), i, weight);
            Assert.InRange(budget.Used, 1, 1000);
        }
    }

    [Fact]
    public void The_newest_entry_stays_even_if_it_alone_is_too_large()
    {
        var budget = new MemoryBudget(1000);
        var cache = new BudgetedCache<string, int>(budget);
        cache.Set("small", 1, 100);
        cache.Set("huge", 2, 5000);
        Assert.True(cache.TryGet("huge", out _));
        Assert.False(cache.TryGet("small", out _));
        cache.Set("small", 1, 100);
        Assert.Equal(100, budget.Used);
    }

    [Fact]
    public void A_used_entry_gets_a_second_chance()
    {
        var budget = new MemoryBudget(1000);
        var cache = new BudgetedCache<string, int>(budget);
        cache.Set("used", 1, 100);
        for (var i = 0; i < 200; i++)
        {
            cache.Set($"once {i}", i, 100);
            Assert.True(cache.TryGet("used", out _));
        }
        Assert.False(cache.TryGet("once 0", out _));
    }

    [Fact]
    public void Low_priority_entries_are_evicted_first_down_to_a_quarter_of_the_memory()
    {
        var budget = new MemoryBudget(1000);
        var histories = new BudgetedCache<int, int>(budget, isLowPriority: true);
        var pages = new BudgetedCache<int, int>(budget);
        for (var i = 0; i < 200; i++)
        {
            histories.Set(i, i, 50);
            pages.Set(i, i, 5);
        }
        Assert.All(Enumerable.Range(50, 150), i => Assert.True(pages.TryGet(i, out _)));
        Assert.All(Enumerable.Range(195, 5), i => Assert.True(histories.TryGet(i, out _)));
    }

    [Fact]
    public void A_value_that_is_set_again_counts_once_with_its_new_weight()
    {
        var budget = new MemoryBudget(1000);
        var cache = new BudgetedCache<string, string>(budget);
        cache.Set("a", "one", 300);
        cache.Set("a", "two", 200);
        Assert.Equal(200, budget.Used);
        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal("two", value);
    }

    [Fact]
    public void An_entry_that_is_in_use_is_skipped()
    {
        var budget = new MemoryBudget(100);
        var (busy, idle) = (new Item { InUse = true }, new Item());
        budget.Set(busy, 60);
        budget.Set(idle, 40);
        budget.Set(new Item(), 40);
        Assert.Equal((0, 1), (busy.Evictions, idle.Evictions));
        budget.Set(new Item { InUse = true }, 100);
        Assert.Equal(160, budget.Used);
        busy.InUse = false;
        budget.Set(new Item(), 10);
        Assert.Equal(1, busy.Evictions);
    }

    [Fact]
    public void A_removed_entry_takes_no_space_and_may_return()
    {
        var budget = new MemoryBudget(100);
        var item = new Item();
        budget.Set(item, 60);
        budget.Remove(item);
        budget.Remove(item);
        Assert.Equal(0, budget.Used);
        budget.Set(item, 70);
        Assert.Equal(70, budget.Used);
    }

    [Fact]
    public void Many_threads_at_once_leave_the_sum_right()
    {
        var budget = new MemoryBudget(10_000);
        var cache = new BudgetedCache<int, int>(budget);
        Parallel.For(0, 20_000, i =>
        {
            cache.Set(i % 300, i, 50 + (i % 100));
            cache.TryGet((i * 7) % 300, out _);
        });
        Assert.InRange(budget.Used, 1, 10_000);
        cache.Set(-1, 0, 10_000);
        Assert.Equal(10_000, budget.Used);
    }

    sealed class Item : BudgetedEntry
    {
        public bool InUse { get; set; }

        public int Evictions { get; private set; }

        public override bool TryEvict()
        {
            if (!InUse)
                Evictions++;
            return !InUse;
        }
    }
}
