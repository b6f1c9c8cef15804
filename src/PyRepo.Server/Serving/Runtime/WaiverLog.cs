using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>Logs which waivers of a proxy's policy begin, and which end.</summary>
sealed class WaiverLog(string repository, TimeProvider clock, ILogger logger)
{
    readonly Lock _lock = new();
    IReadOnlyCollection<WaiverSpec> _declared = [];
    ImmutableHashSet<WaiverSpec> _inForce = [];

    /// <summary>Takes up the waivers of the resource's spec.</summary>
    public void Use(IReadOnlyCollection<WaiverSpec> declared)
    {
        lock (_lock)
        {
            _declared = declared;
            Look();
        }
    }

    /// <summary>Looks whether one has ended.</summary>
    public Task LookAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            Look();
        return Task.CompletedTask;
    }

    void Look()
    {
        var changes = WaiverChanges.From(_declared, _inForce, clock.GetUtcNow());
        foreach (var begun in changes.Begun)
        {
            Log.WaiverBegan(
                logger, repository, begun.By, string.Join(", ", begun.Rules), begun.Match, begun.Until, begun.Reason);
        }
        foreach (var ended in changes.Ended)
            Log.WaiverEnded(logger, repository, ended.Match, string.Join(", ", ended.Rules), ended.By);
        _inForce = changes.InForce;
    }
}
