namespace PyRepo.Storage;

/// <summary>What the medium of a store failed, so that somebody is told of each failure.</summary>
public sealed class StoreFailures
{
    readonly Lock _lock = new();

    /// <summary>The last failure, or null if there was none since the store was opened.</summary>
    public StoreFailure? Last { get; private set; }

    /// <summary>Called with each failure.</summary>
    public Action<StoreFailure>? Noted { get; set; }

    /// <summary>Notes a failure.</summary>
    /// <param name="key">The key or the folder that it was about.</param>
    /// <param name="error">What happened.</param>
    public void Note(string key, Exception error)
    {
        var message = error.InnerException is { } cause ? $"{error.Message} {cause.Message}" : error.Message;
        StoreFailure failure;
        lock (_lock)
            Last = failure = new(DateTimeOffset.UtcNow, key, message, (Last?.Count ?? 0) + 1);
        Noted?.Invoke(failure);
    }
}
