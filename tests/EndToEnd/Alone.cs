namespace EndToEnd;

/// <summary>
/// The collection of tests that run while no other does: they measure time or memory, kill programs a thousand times,
/// or change a whole cluster.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
