// Four classes at a time: a test mostly waits for programs. See Alone for the exceptions.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
