using System.Collections.Concurrent;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// When to reconcile a resource again that is not ready though nothing changes: after pauses that grow to five minutes,
/// and to more where many wait, so that all of them together cause less than one reconcile a second.
/// </summary>
sealed class RequeuePauses
{
    static readonly TimeSpan _first = TimeSpan.FromSeconds(5);
    static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    /// <summary>How far apart the reconciles of different resources are at least, on average.</summary>
    static readonly TimeSpan _spacing = TimeSpan.FromSeconds(1.25);

    readonly ConcurrentDictionary<ResourceKey, TimeSpan> _pauses = new();

    /// <summary>The next pause of a resource.</summary>
    /// <param name="key">The resource.</param>
    /// <param name="isChanged">Whether its status changed: the pauses begin anew.</param>
    public TimeSpan Next(ResourceKey key, bool isChanged)
    {
        var pause = _pauses.AddOrUpdate(
            key, _first, (_, last) => isChanged ? _first : 2 * last < _longest ? 2 * last : _longest);
        var shared = _pauses.Count * _spacing;
        return pause > shared ? pause : shared;
    }

    /// <summary>Ends the pauses of a resource that is ready or gone.</summary>
    public void Forget(ResourceKey key) => _pauses.TryRemove(key, out _);
}
