// The collections wait for API servers and clocks most of the time: each may run, and the tests without a cluster too.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
