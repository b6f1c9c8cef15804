// Four classes at a time: most of them wait. See Alone for the exceptions.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
