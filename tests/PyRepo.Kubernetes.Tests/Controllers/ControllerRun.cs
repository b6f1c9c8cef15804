using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;
using PyRepo.Metrics;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Controllers;

/// <summary>
/// A controller of Deployments that own ConfigMaps by a label; the test says what its informers hear.
/// </summary>
sealed class ControllerRun : IEntityController<Deployment>, IAsyncDisposable
{
    const string Namespace = "ns";

    readonly Channel<Deployment> _reconciles = Channel.CreateUnbounded<Deployment>();
    readonly Channel<Deployment> _farewells = Channel.CreateUnbounded<Deployment>();
    readonly ConcurrentDictionary<string, int> _going = new();
    readonly CancellationTokenSource _stopping = new();
    int _version;

    public ControllerRun(ControllerOptions? options = null, bool needsChildren = true)
    {
        var scope = new InformerScope();
        Entities = new(null!, ResourceTypes.Deployments, scope, Clock, NullLogger.Instance);
        Children = new(null!, ResourceTypes.ConfigMaps, scope, Clock, NullLogger.Instance);
        Controller = new Controller<Deployment>(
            "test", Entities, this, Clock, Metrics, NullLogger.Instance,
            options ?? new ControllerOptions { Workers = 1 });
        Controller.Owns(Children, child =>
        {
            Mapping(child);
            return child.Metadata.Labels?.GetValueOrDefault("owner") switch
            {
                null => null,
                "throws" => throw new InvalidOperationException("a faulty mapping"),
                var owner => new ObjectKey(Namespace, owner),
            };
        }, needsChildren);
    }

    public SteppedClock Clock { get; } = new();

    public MetricRegistry Metrics { get; } = new();

    public Informer<Deployment> Entities { get; }

    public Informer<ConfigMap> Children { get; }

    public Controller<Deployment> Controller { get; }

    public Func<Deployment, CancellationToken, Task<ReconciliationResult<Deployment>>> Reconcile { get; set; } =
        (entity, _) => Task.FromResult(ReconciliationResult<Deployment>.Success(entity));

    /// <summary>Called before the owner of a child is found.</summary>
    public Action<ConfigMap> Mapping { get; set; } = _ => { };

    public Func<Deployment, ReconciliationResult<Deployment>> Delete { get; set; } =
        entity => ReconciliationResult<Deployment>.Success(entity);

    /// <summary>Whether two reconciles to one object overlapped.</summary>
    public bool Overlapped { get; private set; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public bool HasMoreReconciles => _reconciles.Reader.TryPeek(out _);

    public void Start()
    {
        Children.NoteListed();
        StartWithoutChildren();
    }

    public void StartWithoutChildren()
    {
        Entities.NoteListed();
        Running = Controller.RunAsync(_stopping.Token);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Running;
    }

    /// <summary>The informer hears of a Deployment, whose status changes each time.</summary>
    public void Hear(string name, Func<ObjectMeta, ObjectMeta>? change = null)
    {
        var before = Entities.Find(new ObjectKey(Namespace, name));
        var metadata = before?.Metadata
            ?? new ObjectMeta { Namespace = Namespace, Name = name, Uid = name, Generation = 1 };
        metadata = (change?.Invoke(metadata) ?? metadata) with { ResourceVersion = $"{++_version}" };
        Entities.Set(new Deployment { Metadata = metadata, Status = new DeploymentStatus { Replicas = _version } });
    }

    public void HearGone(string name) => Entities.Remove(new ObjectKey(Namespace, name), null);

    /// <summary>The informer hears of a ConfigMap.</summary>
    public void HearChild(string name, string? owner) => Children.Set(new ConfigMap
    {
        Metadata = new ObjectMeta
        {
            Namespace = Namespace,
            Name = name,
            ResourceVersion = $"{++_version}",
            Labels = owner is null ? null : new Dictionary<string, string> { ["owner"] = owner },
        },
    });

    public void HearChildGone(string name) => Children.Remove(new ObjectKey(Namespace, name), null);

    /// <summary>The next reconcile, once it began.</summary>
    public async Task<Deployment> NextAsync() => await _reconciles.Reader.ReadAsync();

    public async Task<string?> ReconciledNameAsync() => (await NextAsync()).Metadata.Name;

    public async Task<List<string?>> ReconciledNamesAsync(int count)
    {
        List<string?> names = [];
        for (var i = 0; i < count; i++)
            names.Add(await ReconciledNameAsync());
        return names;
    }

    /// <summary>All reconciles that went before one that this causes.</summary>
    public async Task<List<string?>> ReconcilesUntilNowAsync()
    {
        Hear("the last");
        List<string?> names = [];
        while (await ReconciledNameAsync() is { } name && name != "the last")
            names.Add(name);
        return names;
    }

    public async Task<Deployment> FarewellAsync() => await _farewells.Reader.ReadAsync();

    public async Task<ReconciliationResult<Deployment>> ReconcileAsync(
        Deployment entity, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name!;
        Overlapped |= _going.AddOrUpdate(name, 1, (_, count) => count + 1) > 1;
        try
        {
            _reconciles.Writer.TryWrite(entity);
            return await Reconcile(entity, cancellationToken);
        }
        finally
        {
            _going.AddOrUpdate(name, 0, (_, count) => count - 1);
        }
    }

    public Task<ReconciliationResult<Deployment>> DeletedAsync(Deployment entity, CancellationToken cancellationToken)
    {
        _farewells.Writer.TryWrite(entity);
        return Task.FromResult(Delete(entity));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }
}
