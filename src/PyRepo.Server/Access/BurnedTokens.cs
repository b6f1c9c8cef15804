using System.Collections.Concurrent;

namespace PyRepo.Server.Access;

/// <summary>The tokens of trusted publishing that were ended here before their time.</summary>
sealed class BurnedTokens(TimeProvider clock)
{
    readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    /// <summary>Whether a token was ended.</summary>
    public bool Contains(string id) => _ends.ContainsKey(id);

    /// <summary>Ends a token, and forgets those that have expired since.</summary>
    public void Add(string id, DateTimeOffset expires)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, _) in _ends.Where(end => end.Value < now))
            _ends.TryRemove(old, out _);
        _ends[id] = expires;
    }
}
