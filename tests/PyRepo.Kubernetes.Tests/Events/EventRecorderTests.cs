using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Events;

[Trait("Kubernetes", "oldest")]
public sealed class EventRecorderTests(ApiServer server) : IAsyncLifetime
{
    readonly SteppedClock _clock = new();
    readonly MetricRegistry _metrics = new();
    readonly CancellationTokenSource _stopping = new();
    KubernetesClient? _client;
    EventRecorder? _recorder;
    Task _running = Task.CompletedTask;
    string _namespace = "";

    public async ValueTask InitializeAsync()
    {
        _namespace = await server.NewNamespaceAsync();
        _client = new(ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);
        _recorder = NewRecorder();
        _running = _recorder.RunAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _client?.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task An_event_says_what_happened_to_which_object()
    {
        Publish("config", "Changed", "The image is another.");
        var told = Assert.Single(await EventsAsync(count: 1));
        Assert.Equal(
            ("Normal", "Changed", "Apply", "The image is another.", "example.org/operator", "pod-1"),
            (told.Type, told.Reason, told.Action, told.Note, told.ReportingController, told.ReportingInstance));
        Assert.Equal(
            ("v1", "ConfigMap", _namespace, "config"),
            (told.Regarding?.ApiVersion, told.Regarding?.Kind, told.Regarding?.Namespace, told.Regarding?.Name));
        Assert.Null(told.Series);
        Assert.Equal(_clock.GetUtcNow(), told.EventTime);
    }

    [Fact]
    public async Task A_repeat_within_six_minutes_increases_the_count_of_the_event()
    {
        Publish("config", "Failed", "It fails.");
        await EventsAsync(count: 1);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Publish("config", "Failed", "It fails.");
        await EventsAsync(count: 1, e => e.Series?.Count == 2);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Publish("config", "Failed", "It fails.");
        var told = Assert.Single(await EventsAsync(count: 1, e => e.Series?.Count == 3));
        Assert.Equal(_clock.GetUtcNow(), told.Series!.LastObservedTime);
    }

    [Fact]
    public async Task A_repeat_after_six_minutes_is_a_new_event()
    {
        Publish("config", "Failed", "It fails.");
        await EventsAsync(count: 1);
        _clock.Advance(TimeSpan.FromMinutes(6));
        Publish("config", "Failed", "It fails.");
        Assert.All(await EventsAsync(count: 2), e => Assert.Null(e.Series));
    }

    [Fact]
    public async Task An_event_that_the_cluster_has_forgotten_is_reported_again()
    {
        Publish("config", "Failed", "It fails.");
        var first = Assert.Single(await EventsAsync(count: 1));
        await _client!.DeleteAsync(ResourceTypes.Events, first.Key, null, default);
        Publish("config", "Failed", "It fails.");
        var again = Assert.Single(await EventsAsync(count: 1, e => e.Metadata.Uid != first.Metadata.Uid));
        Assert.Equal(2, again.Series?.Count);
    }

    [Fact]
    public async Task An_object_has_25_events_and_then_one_every_five_minutes()
    {
        for (var i = 0; i < 40; i++)
            Publish("noisy", "Changed", $"Change {i}.");
        Publish("quiet", "Changed", "A change.");
        Assert.Equal(25, (await EventsAsync(count: 26)).Count(e => e.Regarding?.Name == "noisy"));
        Assert.Equal(15, Dropped);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Publish("noisy", "Changed", "One more.");
        Publish("noisy", "Changed", "And another.");
        Publish("quiet", "Changed", "Another change.");
        Assert.Equal(26, (await EventsAsync(count: 28)).Count(e => e.Regarding?.Name == "noisy"));
    }

    [Fact]
    public async Task A_long_note_and_a_long_name_are_cut()
    {
        Publish(new string('n', 253), "Changed", new string('x', 5000));
        Assert.Equal(1022, Assert.Single(await EventsAsync(count: 1)).Note!.Length);
    }

    [Fact]
    public async Task An_event_that_the_cluster_rejects_does_not_block_others()
    {
        var nowhere = new ObjectReference { Kind = "ConfigMap", Namespace = "no-such-namespace", Name = "x" };
        _recorder!.Publish(nowhere, EventType.Warning, "Failed", "Apply", "It fails.");
        Publish("config", "Changed", "A change.");
        await EventsAsync(count: 1);
        Assert.Equal(1, Dropped);
    }

    [Fact]
    public void Publishing_never_blocks_even_if_events_are_not_written()
    {
        var recorder = NewRecorder();
        for (var i = 0; i < 20_000; i++)
            Publish(recorder, $"c{i}", "Changed", "A change.");
        Assert.Equal(19_000, Dropped);
    }

    long Dropped => _metrics.Counter(ControllerRuntimeMetrics.EventsDropped).Value;

    EventRecorder NewRecorder() =>
        new(_client!, "example.org/operator", "pod-1", _clock, _metrics, NullLogger.Instance);

    void Publish(string name, string reason, string note) => Publish(_recorder!, name, reason, note);

    void Publish(EventRecorder recorder, string name, string reason, string note)
    {
        var metadata = new ObjectMeta { Namespace = _namespace, Name = name, Uid = $"uid of {name}" };
        var regarding = new ConfigMap { Metadata = metadata };
        recorder.Publish(ResourceTypes.ConfigMaps, regarding, EventType.Normal, reason, "Apply", note);
    }

    /// <summary>The events of the namespace, once there are so many, and one of them so.</summary>
    async Task<IReadOnlyList<Event>> EventsAsync(int count, Func<Event, bool>? isSo = null)
    {
        while (true)
        {
            var list = await _client!.ListAsync(ResourceTypes.Events, _namespace, null, default);
            if (list.Items.Count >= count && list.Items.Any(isSo ?? (_ => true)))
                return list.Items;
            var changes = _client.WatchAsync(ResourceTypes.Events, _namespace, null, list.ResourceVersion, default);
            await foreach (var change in changes)
            {
                if (change.Type is not WatchEventType.Bookmark)
                    break;
            }
        }
    }
}
