// Each test starts programs that take all of a small machine: one after the other is faster, and tells what failed.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
