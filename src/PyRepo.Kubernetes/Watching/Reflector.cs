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
    static readonly TimeSpan _shortWatch = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxWait = TimeSpan.FromMinutes(5);
    readonly BackOff _backOff = new(clock);

    // Where the watch goes on; null: only a list helps.
    string? _resourceVersion;
    bool _expiredJustNow;
    long _progress = clock.GetUtcNow().UtcTicks;

    /// <summary>Whether the first list is there.</summary>
    public bool IsListed { get; private set; }

    /// <summary>The time of the last response or request.</summary>
    public DateTimeOffset LastProgress => new(Volatile.Read(ref _progress), TimeSpan.Zero);

    /// <summary>Goes on for ever.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NoteProgress();
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
        catch (KubernetesException error)
        {
            // What is neither overload nor the server's own fault does not pass: the kind is gone, or may not be read.
            if (error.Status is not HttpStatusCode.TooManyRequests && (int)error.Status < 500)
                _resourceVersion = null;
            return Failed(error, error.RetryAfter);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a watch that ends for good, unnoticed, is worse than one that is tried again.
            return Failed(error, null);
        }
    }

    async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(type, ns, selection, cancellationToken);
        NoteProgress();
        var there = list.Items.Select(i => i.Key).Concat(list.Unreadable).ToHashSet();
        foreach (var known in informer.Known(ns))
            if (!there.Contains(known.Key))
                informer.Remove(known.Key, null);
        foreach (var item in list.Items)
            informer.Set(item);
        IsListed = true;
        informer.NoteListed();
        return list.ResourceVersion;
    }

    async Task<TimeSpan?> WatchAsync(string resourceVersion, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        await using var watch = await client.OpenWatchAsync(type, ns, selection, resourceVersion, cancellationToken);
        NoteProgress();
        var isEmpty = true;
        while (await watch.ReadAsync() is { } line)
        {
            NoteProgress();
            Take(line);
            isEmpty = false;
            _expiredJustNow = false;
        }
        return isEmpty && clock.GetUtcNow() - begun < _shortWatch ? _backOff.Next() : null;
    }

    void Take(WatchLine<T> line)
    {
        if (line.Type is WatchEventType.Deleted)
            informer.Remove(line.Key, line.Object);
        else if (line.Object is { } read)
            informer.Set(read);
        if (line.Metadata.ResourceVersion is { Length: > 0 } seen)
            _resourceVersion = seen;
    }

    TimeSpan Failed(Exception error, TimeSpan? retryAfter)
    {
        var wait = _backOff.Next();
        if (retryAfter > wait)
            wait = retryAfter < _maxWait ? retryAfter.Value : _maxWait;
        Log.WatchFailed(logger, type.Kind, ns, wait.TotalSeconds, error.Message);
        return wait;
    }

    void NoteProgress() => Volatile.Write(ref _progress, clock.GetUtcNow().UtcTicks);
}
