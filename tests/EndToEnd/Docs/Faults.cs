namespace EndToEnd.Docs;

/// <summary>What is wrong with pages. A writer wants to see all of it.</summary>
static class Faults
{
    /// <summary>Fails the test with all faults, if there are any.</summary>
    public static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
