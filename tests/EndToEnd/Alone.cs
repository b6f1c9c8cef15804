namespace EndToEnd;

/// <summary>
/// The collection of tests that run while no other of their part does: they measure time or memory, kill programs a
/// thousand times, or change a whole cluster. The parts of other lanes go on.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
