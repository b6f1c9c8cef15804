namespace Bench.Hostile;

/// <summary>One thing that an upstream or a client does which means no good.</summary>
abstract class HostileLoad
{
    /// <summary>What <c>--only</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What the table calls it.</summary>
    public abstract string Title { get; }

    /// <summary>Does it, until it is done or the time is over.</summary>
    /// <returns>What the attacker saw.</returns>
    public abstract Task<string> RunAsync(LoadContext context, CancellationToken deadline);
}
