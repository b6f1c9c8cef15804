using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// Warns of objects that can't be read, of each kind a few a minute: who makes one may make thousands, and change them
/// again and again.
/// </summary>
sealed class UnreadableObjects(TimeProvider clock, ILogger logger)
{
    const int MaxPerInterval = 10;
    const int MaxMessage = 500;
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<string, Told> _kinds = [];

    /// <summary>Notes one.</summary>
    public void Note(string kind, ObjectKey key, string error)
    {
        var untold = 0L;
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var told))
                _kinds[kind] = told = new Told(clock.GetTimestamp());
            if (clock.GetElapsedTime(told.Since) >= _interval)
            {
                untold = told.Untold;
                _kinds[kind] = told = new Told(clock.GetTimestamp());
            }
            if (told.Count >= MaxPerInterval)
            {
                told.Untold++;
                return;
            }
            told.Count++;
        }
        if (untold > 0)
            Log.MoreUnreadableObjects(logger, kind, untold);
        Log.UnreadableObject(logger, kind, key, error.Length > MaxMessage ? error[..MaxMessage] + "…" : error);
    }

    /// <summary>The warnings about one kind in the current interval.</summary>
    sealed class Told(long since)
    {
        public long Since { get; } = since;

        public int Count { get; set; }

        public long Untold { get; set; }
    }
}
