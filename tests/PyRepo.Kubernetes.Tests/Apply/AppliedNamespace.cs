using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Apply;

/// <summary>
/// A namespace of a real API server, and an applier there of ConfigMaps, Deployments, Services and Secrets.
/// </summary>
sealed class AppliedNamespace : IAsyncDisposable
{
    /// <summary>Whose objects the applier makes.</summary>
    public const string Owner = "owner";

    readonly ApiServer _server;
    readonly CancellationTokenSource _stopping = new();
    readonly ObjectApplier _applier;
    Task _informing = Task.CompletedTask;

    AppliedNamespace(ApiServer server, string name)
    {
        (_server, Name) = (server, name);
        Client = new(ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);
        var scope = new InformerScope([name]);
        ConfigMaps = new(Client, ResourceTypes.ConfigMaps, scope, TimeProvider.System, NullLogger.Instance);
        Deployments = new(Client, ResourceTypes.Deployments, scope, TimeProvider.System, NullLogger.Instance);
        PersistentVolumeClaims =
            new(Client, ResourceTypes.PersistentVolumeClaims, scope, TimeProvider.System, NullLogger.Instance);
        _applier = new ObjectApplier(Client, metadata => metadata.Labels?.GetValueOrDefault("owner"), Clock)
            .AddKind(ResourceTypes.ConfigMaps, ConfigMaps, recreate: true)
            .AddKind(ResourceTypes.Deployments, Deployments)
            .AddKind(ResourceTypes.PersistentVolumeClaims, PersistentVolumeClaims, prune: false)
            // Of an informer that does not run: each is read.
            .AddKind(ResourceTypes.Secrets, new Informer<Secret>(
                Client, ResourceTypes.Secrets, scope, TimeProvider.System, NullLogger.Instance));
    }

    public string Name { get; }

    public SteppedClock Clock { get; } = new();

    public KubernetesClient Client { get; }

    public Informer<ConfigMap> ConfigMaps { get; }

    public Informer<Deployment> Deployments { get; }

    public Informer<PersistentVolumeClaim> PersistentVolumeClaims { get; }

    /// <param name="server">The API server.</param>
    /// <param name="informs">Whether the informers run; without they know of nothing.</param>
    public static async Task<AppliedNamespace> NewAsync(ApiServer server, bool informs = true)
    {
        var made = new AppliedNamespace(server, await server.NewNamespaceAsync());
        if (!informs)
            return made;
        var token = made._stopping.Token;
        made._informing = Task.WhenAll(
            made.ConfigMaps.RunAsync(token), made.Deployments.RunAsync(token),
            made.PersistentVolumeClaims.RunAsync(token));
        await Task.WhenAll(made.ConfigMaps.Synced, made.Deployments.Synced, made.PersistentVolumeClaims.Synced);
        return made;
    }

    public ObjectMeta Metadata(string name, string? owner = Owner) => new()
    {
        Namespace = Name,
        Name = name,
        Labels = owner is null ? null : new Dictionary<string, string> { ["owner"] = owner },
    };

    public ConfigMap ConfigMap(string name, string? owner = Owner, params ReadOnlySpan<(string Key, string Value)> data)
    {
        var texts = new Dictionary<string, string>();
        foreach (var (key, value) in data)
            texts[key] = value;
        return new ConfigMap { Metadata = Metadata(name, owner), Data = texts };
    }

    public Deployment Deployment(string name, string image = "example.org/image:1")
    {
        var labels = new Dictionary<string, string> { ["app"] = name };
        return new Deployment
        {
            Metadata = Metadata(name),
            Spec = new DeploymentSpec
            {
                Selector = new LabelSelector { MatchLabels = labels },
                Template = new PodTemplate
                {
                    Metadata = new ObjectMeta { Labels = labels },
                    Spec = new PodSpec { Containers = [new Container { Name = "one", Image = image }] },
                },
            },
        };
    }

    /// <summary>Lets the applier make the owner's objects these.</summary>
    public Task<ApplyResult> ApplyAsync(params IReadOnlyList<DesiredObject> desired) =>
        _applier.ApplyAsync(new ObjectOwner(Owner), desired, CancellationToken.None);

    /// <summary>Somebody else does something.</summary>
    public async Task<string> KubectlAsync(params IReadOnlyList<string> arguments) =>
        (await _server.RunKubectlAsync(["-n", Name, .. arguments])).MustSucceed();

    /// <summary>Waits until an informer has seen an object so.</summary>
    public async Task SeenAsync<T>(Informer<T> informer, string name, Func<T?, bool> isSo) where T : KubernetesObject
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var key = new ObjectKey(Name, name);
        void Look(object? change)
        {
            if (isSo(informer.Find(key)))
                seen.TrySetResult();
        }
        informer.Changed += Look;
        Look(null);
        await seen.Task;
        informer.Changed -= Look;
    }

    /// <summary>The writes in this namespace since a place in the audit log, those of kubectl left out.</summary>
    public IReadOnlyList<string> Writes(AuditMark since) =>
    [
        .. _server.Audit.Read(since)
            .Where(e => e.IsWrite && e.ObjectRef?.Namespace == Name)
            .Where(e => !e.UserAgent.StartsWith("kubectl", StringComparison.Ordinal))
            .Select(e => $"{e}"),
    ];

    /// <summary>The place in the audit log now.</summary>
    public AuditMark Now => _server.Audit.End;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _informing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Client.Dispose();
        _stopping.Dispose();
    }
}
