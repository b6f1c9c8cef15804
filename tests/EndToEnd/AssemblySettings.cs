// Two classes at a time: each test starts programs that take much of a small machine. See Alone for the exceptions.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
