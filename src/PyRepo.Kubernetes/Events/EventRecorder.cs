using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Events;

/// <summary>
/// Records what happened to objects as events (events.k8s.io/v1). Repetitions within six minutes become one event with
/// a count. An object's events beyond 25, and then one every five minutes, are left out, as are those that the API
/// server does not take in time: publishing never waits and never fails.
/// </summary>
public sealed class EventRecorder
{
    const int Capacity = 4096;
    const int MaxQueueLength = 1000;
    const int MaxNameLength = 253;
    const int MaxWordLength = 128;
    static readonly TimeSpan _series = TimeSpan.FromMinutes(6);

    readonly Lock _lock = new();
    readonly KubernetesClient _client;
    readonly string _controller;
    readonly string _instance;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly Counter _dropped;
    readonly LruCache<EventKey, RecordedEvent> _recent = new(Capacity);
    readonly SpamFilter _filter;
    readonly Channel<RecordedEvent> _queue = Channel.CreateBounded<RecordedEvent>(MaxQueueLength);

    /// <param name="client">The API server.</param>
    /// <param name="reporter">
    /// The reporting component: a name with a domain, such as <c>example.org/operator</c>.
    /// </param>
    /// <param name="instance">Which process of it: the pod's name.</param>
    /// <param name="clock">For what is the same.</param>
    /// <param name="registry">Where its metrics go.</param>
    /// <param name="logger">Told of what was not written.</param>
    public EventRecorder(
        KubernetesClient client, string reporter, string instance, TimeProvider clock, MetricRegistry registry,
        ILogger logger)
    {
        (_client, _clock, _logger) = (client, clock, logger);
        (_controller, _instance) =
            (EventText.Shorten(reporter, MaxWordLength), EventText.Shorten(instance, MaxWordLength));
        _filter = new SpamFilter(clock, Capacity);
        _dropped = registry.Counter(ControllerRuntimeMetrics.EventsDropped);
    }

    /// <summary>Records what happened to an object.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="regarding">The object, with its name and uid.</param>
    /// <param name="eventType">For information, or a warning.</param>
    /// <param name="reason">Why, in one word in CamelCase.</param>
    /// <param name="action">The action that was taken or tried, in one word in CamelCase.</param>
    /// <param name="note">A message for people. It is truncated to 1 kB.</param>
    public void Publish<T>(
        ResourceType<T> type, T regarding, EventType eventType, string reason, string action, string note)
        where T : KubernetesObject =>
        Publish(
            new ObjectReference
            {
                ApiVersion = type.ApiVersion,
                Kind = type.Kind,
                Namespace = regarding.Metadata.Namespace,
                Name = regarding.Metadata.Name,
                Uid = regarding.Metadata.Uid,
                ResourceVersion = regarding.Metadata.ResourceVersion,
            },
            eventType, reason, action, note);

    /// <inheritdoc cref="Publish{T}"/>
    public void Publish(ObjectReference regarding, EventType eventType, string reason, string action, string note)
    {
        var about = $"{regarding.Kind} {regarding.Namespace}/{regarding.Name} {regarding.Uid}";
        var key = new EventKey(
            about, eventType, EventText.Shorten(reason, MaxWordLength), EventText.Shorten(action, MaxWordLength),
            EventText.Shorten(note, EventText.MaxNoteLength));
        lock (_lock)
        {
            var recorded = Record(regarding, key);
            if (recorded.IsWaiting)
                return;
            recorded.IsWaiting = _filter.Passes(about) && _queue.Writer.TryWrite(recorded);
            if (!recorded.IsWaiting)
                _dropped.Increment();
        }
    }

    /// <summary>Writes what is published, until it is canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var recorded in _queue.Reader.ReadAllAsync(cancellationToken))
                await TryWriteAsync(recorded, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends; what is not written yet is not worth waiting for.
        }
    }

    RecordedEvent Record(ObjectReference regarding, EventKey key)
    {
        var now = _clock.GetUtcNow();
        if (_recent.TryGet(key, out var recorded) && now - recorded.Seen.Last < _series)
        {
            recorded.Again(now);
            return recorded;
        }
        recorded = new RecordedEvent(regarding, key, now);
        _recent.Set(key, recorded);
        return recorded;
    }

    async Task TryWriteAsync(RecordedEvent recorded, CancellationToken cancellationToken)
    {
        lock (_lock)
            recorded.IsWaiting = false;
        try
        {
            await WriteAsync(recorded, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // An event that can't be written must not keep the next from being written.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _dropped.Increment();
            Log.NotWritten(_logger, error, recorded.Key.Reason, recorded.Key.Regarding);
        }
    }

    async Task WriteAsync(RecordedEvent recorded, CancellationToken cancellationToken)
    {
        var (count, last) = recorded.Seen;
        if (recorded.Written is not { } written)
        {
            await CreateAsync(recorded, count, last, cancellationToken);
            return;
        }
        var series = new JsonObject { ["count"] = count, ["lastObservedTime"] = MicroTime(last) };
        var patch = new JsonObject { ["series"] = series };
        try
        {
            await _client.PatchAsync(ResourceTypes.Events, written, patch, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            // Events are forgotten after an hour.
            await CreateAsync(recorded, count, last, cancellationToken);
        }
    }

    async Task CreateAsync(RecordedEvent recorded, int count, DateTimeOffset last, CancellationToken cancellationToken)
    {
        var (regarding, key) = (recorded.Regarding, recorded.Key);
        var suffix = $".{Guid.NewGuid():N}"[..17];
        var name = regarding.Name ?? "";
        var created = new Event
        {
            Metadata = new ObjectMeta
            {
                // The API wants the object's namespace, and for one without any this one.
                Namespace = string.IsNullOrEmpty(regarding.Namespace) ? "default" : regarding.Namespace,
                Name = name[..Math.Min(name.Length, MaxNameLength - suffix.Length)].TrimEnd('.', '-') + suffix,
            },
            EventTime = recorded.First,
            Series = count > 1 ? new EventSeries { Count = count, LastObservedTime = last } : null,
            ReportingController = _controller,
            ReportingInstance = _instance,
            Action = key.Action,
            Reason = key.Reason,
            Regarding = regarding,
            Note = key.Note,
            Type = key.Type.ToString(),
        };
        await _client.CreateAsync(ResourceTypes.Events, created, cancellationToken);
        recorded.Written = created.Key;
    }

    static string MicroTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The properties that make two events the same.</summary>
readonly record struct EventKey(string Regarding, EventType Type, string Reason, string Action, string Note);

/// <summary>The type of an event, for its readers.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something is not as it should be.</summary>
    Warning,
}

/// <summary>
/// Lets 25 events of one object pass, and then one every five minutes (client-go's EventSourceObjectSpamFilter).
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class SpamFilter(TimeProvider clock, int capacity)
{
    const double Burst = 25;
    static readonly TimeSpan _refill = TimeSpan.FromSeconds(300);

    readonly LruCache<string, (double Tokens, long At)> _objects = new(capacity);

    public bool Passes(string regarding)
    {
        var now = clock.GetTimestamp();
        var tokens = _objects.TryGet(regarding, out var known)
            ? Math.Min(Burst, known.Tokens + (clock.GetElapsedTime(known.At, now) / _refill))
            : Burst;
        var passes = tokens >= 1;
        _objects.Set(regarding, (passes ? tokens - 1 : tokens, now));
        return passes;
    }
}
