namespace Bench.Hostile.Loads;

/// <summary>All loads, in the order of the table.</summary>
static class HostileLoads
{
    public static IReadOnlyList<HostileLoad> All { get; } =
    [
        new LongNames(),
        new UnknownNames(isDown: true),
        new UnknownNames(isDown: false),
        new EndlessPages(),
        new WidePages(),
        new ClaimedFiles(),
        new UnendingFiles(),
        new IdleConnections(),
        new StalledUploads(),
        new SlowReaders(),
        new ManyPages(),
        new WrongHashes(),
        new WrongPasswords(),
        new GuessesFromEverywhere(),
        new LongRetryAfter(),
        CostlyPages.Documents,
        CostlyPages.ForManyHosts,
        CostlyPages.WideReleases,
        CostlyPages.LongReasons,
        new CostlyDescriptions(),
        new LargeFields(),
        CostlyArchives.WideWheels,
        CostlyArchives.LongSdists,
        new HalfOpenRequests(),
        new FailingNames(),
        new InventedProxies(),
    ];
}
