using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Events;

/// <summary>Something that happened, once or again and again.</summary>
sealed class RecordedEvent(ObjectReference regarding, EventKey key, DateTimeOffset first)
{
    readonly Lock _lock = new();
    (int Count, DateTimeOffset Last) _seen = (1, first);

    public ObjectReference Regarding => regarding;

    public EventKey Key => key;

    public DateTimeOffset First => first;

    /// <summary>How often, and when last.</summary>
    public (int Count, DateTimeOffset Last) Seen
    {
        get
        {
            lock (_lock)
                return _seen;
        }
    }

    /// <summary>Whether it waits to be written: more of the same need not wait as well.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>The namespace and name under which it was written; null: it was not written yet.</summary>
    public ObjectKey? Written { get; set; }

    public void Again(DateTimeOffset now)
    {
        lock (_lock)
            _seen = (_seen.Count + 1, now);
    }
}
