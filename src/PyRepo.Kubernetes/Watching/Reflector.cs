using System.Net;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

/// <summary>Lists and watches the objects of one namespace, or of all, for an informer.</summary>
sealed class Reflector<T>(
    KubernetesClient client, ResourceType<T> type, string ns, ListOptions? selection, Informer<T> informer,
    TimeProvider clock, ILogger logger)
    where T : KubernetesObject
{
    /// <summary>How often a watch is begun again at the same version. After that a list is sure to help.</summary>
    const int MaxResumes = 3;

    static readonly TimeSpan _shortWatch = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxWait = TimeSpan.FromMinutes(5);
    static readonly TimeSpan _absentWait = TimeSpan.FromSeconds(20);
    readonly BackOff _backOff = new(clock);

    // Where the watch goes on; null: only a list helps.
    string? _resourceVersion;
    bool _expiredJustNow;

    // Since the last event: watches that failed or brought nothing.
    int _failures;
    long _progress = clock.GetTimestamp();

    /// <summary>Whether the first list is there, or the cluster lacks the kind.</summary>
    public bool IsListed { get; private set; }

    /// <summary>Whether the cluster serves the kind.</summary>
    public bool IsServed { get; private set; }

    /// <summary>Why the last try to list failed; null: it did not, or there is no need to list.</summary>
    public string? Failure { get; private set; }

    /// <summary>How long ago the last list, event or bookmark came.</summary>
    public TimeSpan SinceProgress => clock.GetElapsedTime(Volatile.Read(ref _progress));

    /// <summary>Goes on for ever.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ListAndWatchAsync(cancellationToken) is { } wait)
                await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Lists where that is needed, and watches once.</summary>
    /// <returns>How long to wait before the next round; null: not at all.</returns>
    async Task<TimeSpan?> ListAndWatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_failures > 0 && _resourceVersion is { } version && !await CanResumeAsync(version, cancellationToken))
                _resourceVersion = null;
            _resourceVersion ??= await ListAsync(cancellationToken);
            return await WatchAsync(_resourceVersion, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsExpired)
        {
            _resourceVersion = null;
            Log.Expired(logger, type.Kind, ns);
            // If the lists of a server are always too old, wait instead of asking in a loop.
            var again = _expiredJustNow;
            _expiredJustNow = true;
            return again ? _backOff.Next() : null;
        }
        catch (KubernetesException error) when (informer.IsOptional && LacksKind(error))
        {
            return Absent();
        }
        catch (KubernetesException error)
        {
            // What is neither overload nor the server's own fault does not pass: the kind is gone, or may not be read.
            if ((int)error.Status >= 500)
                _failures++;
            else if (error.Status is not HttpStatusCode.TooManyRequests)
                _resourceVersion = null;
            return Failed(error, error.RetryAfter);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a watch that ends for good, unnoticed, is worse than one that is tried again.
            _failures++;
            return Failed(error, null);
        }
    }

    /// <summary>
    /// Each object is taken as soon as it is read: a list takes no more memory than what is kept of it.
    /// </summary>
    async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var (there, isShort) = (new HashSet<ObjectKey>(), false);
        var list = await client.ListAsync(type, ns, selection, Begin, cancellationToken);
        NoteProgress();
        there.UnionWith(list.Unreadable);
        var gone = informer.Known(ns).Where(known => !there.Contains(known.Key)).ToList();
        foreach (var known in gone)
            informer.Remove(known.Key, null);
        // What went makes room for what was left out.
        if (isShort && gone.Count > 0)
            return await ListAsync(cancellationToken);
        NoteListed(isServed: true);
        (_failures, Failure) = (0, null);
        return list.ResourceVersion;

        Func<T, T?> Begin()
        {
            (there, isShort) = ([], false);
            return Take;
        }

        T? Take(T read)
        {
            if (informer.Keep(read) is not { } kept)
                return null;
            if (informer.Set(kept))
                there.Add(kept.Key);
            else
                isShort = true;
            return null;
        }
    }

    /// <summary>
    /// Whether a watch may go on after a failure. The server may have been restored from a backup, or fail at this
    /// version alone.
    /// </summary>
    async Task<bool> CanResumeAsync(string resourceVersion, CancellationToken cancellationToken) =>
        _failures <= MaxResumes
        && await client.HasReachedAsync(type, ns, selection, resourceVersion, cancellationToken);

    /// <summary>
    /// A right that is missing later comes from a change of the roles, or from a server that has not read them yet.
    /// </summary>
    bool LacksKind(KubernetesException error) =>
        error.IsNotFound || (error.Status is HttpStatusCode.Forbidden && !IsServed);

    TimeSpan Absent()
    {
        _resourceVersion = null;
        NoteProgress();
        foreach (var known in informer.Known(ns))
            informer.Remove(known.Key, null);
        NoteListed(isServed: false);
        Failure = null;
        return _absentWait;
    }

    void NoteListed(bool isServed)
    {
        if (informer.IsOptional && (IsServed != isServed || !IsListed))
            Log.Optional(logger, type.Kind, ns, isServed ? "there" : "not there; it is looked for again");
        (IsListed, IsServed) = (true, isServed);
        informer.NoteListed();
    }

    async Task<TimeSpan?> WatchAsync(string resourceVersion, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        await using var watch = await client.OpenWatchAsync(type, ns, selection, resourceVersion, cancellationToken);
        var isEmpty = true;
        while (await watch.ReadAsync() is { } line)
        {
            NoteProgress();
            Take(line);
            isEmpty = false;
            _expiredJustNow = false;
            _failures = 0;
        }
        // A server sends a bookmark each minute.
        if (isEmpty)
            _failures++;
        return isEmpty && clock.GetUtcNow() - begun < _shortWatch ? _backOff.Next() : null;
    }

    void Take(WatchLine<T> line)
    {
        if (line.Type is WatchEventType.Deleted)
            informer.Remove(line.Key, line.Object);
        else if (line.Object is { } read && informer.Keep(read) is { } kept)
            informer.Set(kept);
        else if (line.Object is { } unwanted)
            informer.Remove(unwanted.Key, null);
        if (line.Metadata.ResourceVersion is { Length: > 0 } seen)
            _resourceVersion = seen;
    }

    TimeSpan Failed(Exception error, TimeSpan? retryAfter)
    {
        var wait = _backOff.Next();
        if (retryAfter > wait)
            wait = retryAfter < _maxWait ? retryAfter.Value : _maxWait;
        Failure = _resourceVersion is null ? error.Message : null;
        Log.WatchFailed(logger, type.Kind, ns, wait.TotalSeconds, error.Message);
        return wait;
    }

    void NoteProgress() => Volatile.Write(ref _progress, clock.GetTimestamp());
}

/// <summary>
/// How long to wait after failures that follow each other: from 0.8 s, each time twice as long, 30 s at most, up to
/// half of it by chance so that watches don't come all at once. Two minutes without failure start it anew (client-go's
/// reflector).
/// </summary>
sealed class BackOff(TimeProvider clock)
{
    static readonly TimeSpan _first = TimeSpan.FromSeconds(0.8);
    static readonly TimeSpan _healthy = TimeSpan.FromMinutes(2);
    static readonly TimeSpan _maxWithoutJitter = Max / 2;
    TimeSpan _next = _first;
    DateTimeOffset _over;

    /// <summary>The longest wait.</summary>
    public static TimeSpan Max => TimeSpan.FromSeconds(30);

    /// <summary>How long to wait after the failure that just was.</summary>
    public TimeSpan Next()
    {
        var now = clock.GetUtcNow();
        if (now - _over >= _healthy)
            _next = _first;
        var wait = _next * (1 + Random.Shared.NextDouble());
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, _maxWithoutJitter.Ticks));
        _over = now + wait;
        return wait;
    }
}
