namespace PyRepo.Storage.Tests;

public sealed class RecentSetTests
{
    [Fact]
    public void A_full_set_starts_again_with_the_newest_item()
    {
        var set = new RecentSet<int>(capacity: 3);
        foreach (var item in (ReadOnlySpan<int>)[1, 2, 3, 3])
            set.Add(item);
        Assert.True(set.Contains(1) && set.Contains(2) && set.Contains(3));
        set.Add(4);
        Assert.Equal([4], Enumerable.Range(1, 4).Where(set.Contains));
    }

    [Fact]
    public void A_removed_item_can_be_added_again()
    {
        var set = new RecentSet<string>(capacity: 3);
        set.Add("a");
        set.Remove("a");
        Assert.False(set.Contains("a"));
        set.Add("a");
        Assert.True(set.Contains("a"));
    }
}
