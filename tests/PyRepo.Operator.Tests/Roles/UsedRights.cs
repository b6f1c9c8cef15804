using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

/// <summary>
/// What the operator does at the API server: the lists and watches of its informers and what it does with its children,
/// both as the code says, and the rest by hand.
/// </summary>
static class UsedRights
{
    /// <summary>What the operator uses of one scope, each with the places that use it.</summary>
    public static async Task<ILookup<Right, string>> OfAsync(WatchScope scope)
    {
        await using var server = await ScriptedApiServer.StartAsync();
        using var connection = Connect(server);
        using var client = new KubernetesClient(connection, TimeProvider.System);
        var settings = new OperatorSettings { Scope = scope, Namespaces = ["packages"] };
        var cache = new ClusterCache(
            client, settings, new MetricRegistry(), TimeProvider.System, NullLogger.Instance);
        return (await WatchedAsync(cache, server))
            .Concat(cache.Children.SelectMany(OfChild))
            .Concat(scope is WatchScope.Cluster ? [.. Others, .. InCluster] : Others)
            .ToLookup(use => use.Right, use => use.By);
    }

    static IEnumerable<(Right Right, string By)> Others =>
    [
        .. from type in CustomTypes.All
           from use in ((string, string, string)[])
           [
               ("status", "patch", "ResourceController.PatchStatusAsync"),
               // The operator names them as owners that hold up their own deletion.
               ("finalizers", "update", "Ownership.ReferenceTo and OwnerReferencesPermissionEnforcement"),
           ]
           select (new Right(Resource.Group, $"{type.Plural}/{use.Item1}", use.Item2), use.Item3),
        (new(Resource.Group, "pythonrepositories", "patch"), "BucketEraser.WriteFinalizersAsync"),
        (new(Resource.Group, "proxyrepositories", "patch"), "BucketEraser.WriteFinalizersAsync"),
        (new("batch", "jobs", "create"), "BucketEraser.CreateJobAsync"),
        (new("snapshot.storage.k8s.io", "volumesnapshots", "get"), "ReconcileInputsReader.FindRestoreSourceAsync"),
        (new("snapshot.storage.k8s.io", "volumesnapshots", "create"), "VolumeSnapshotter.CreateAsync"),
        (new("snapshot.storage.k8s.io", "volumesnapshots", "delete"), "VolumeSnapshotter.RunAsync"),
        (new("", "configmaps", "get"), "HostRegistry.ReadAsync"),
        (new("", "configmaps", "create"), "HostRegistry.TryWriteAsync"),
        (new("", "configmaps", "patch"), "HostRegistry.TryWriteAsync"),
        (new("", "secrets", "create"), "OwnSecrets.TryEnsureAsync"),
        (new("", "secrets", "patch"), "OwnSecrets.PatchAsync"),
        (new("", "pods", "patch"), "VolumeRefresher"),
        (new("discovery.k8s.io", "endpointslices", "get"), "ApiServerReader.ReadAsync"),
        (new("events.k8s.io", "events", "list"), "ObservationReader.EventOfAsync"),
        (new("events.k8s.io", "events", "create"), "EventRecorder"),
        (new("events.k8s.io", "events", "patch"), "EventRecorder: the count of repetitions"),
        (new("coordination.k8s.io", "leases", "get"), "LeaseLock.TryAcquireAsync"),
        (new("coordination.k8s.io", "leases", "watch"), "LeaseLock.WatchAsync"),
        (new("coordination.k8s.io", "leases", "create"), "LeaseLock.WriteAsync"),
        (new("coordination.k8s.io", "leases", "update"), "LeaseLock.WriteAsync"),
    ];

    /// <summary>
    /// What it may do in cluster scope alone. The paths it also reads in others, where a binding of Kubernetes' own
    /// lets every ServiceAccount do so.
    /// </summary>
    static IEnumerable<(Right Right, string By)> InCluster =>
    [
        (new("", "namespaces", "get"), "KnownNamespaces.ReadAsync"),
        (new(Resource.Group, "repositorygroups", "patch"), "StoredVersionMover.TryRewriteWholeAsync"),
        (new("apiextensions.k8s.io", "customresourcedefinitions", "get"), "StoredVersionMover.MoveAsync"),
        (new("apiextensions.k8s.io", "customresourcedefinitions/status", "patch"), "StoredVersionMover.NoteAsync"),
        (new("", ServiceAccountIssuer.ConfigurationPath, "get"), "ServiceAccountIssuerReader.ReadAsync"),
        (new("", ServiceAccountIssuer.KeysPath, "get"), "ServiceAccountIssuerReader.ReadAsync"),
    ];

    /// <summary>What the informers ask a server for that has no objects.</summary>
    static async Task<IReadOnlyList<(Right Right, string By)>> WatchedAsync(
        ClusterCache cache, ScriptedApiServer server)
    {
        using var stop = new CancellationTokenSource();
        var running = cache.RunAsync(stop.Token);
        var used = new List<(Right Right, string By)>();
        // Each informer lists and then watches, so the last to come is a watch.
        for (var (lists, watches) = (0, 0); watches < lists || !cache.Synced.IsCompleted || lists == 0;)
        {
            var request = await server.NextAsync();
            if (request.IsWatch)
            {
                watches++;
                await request.BeginAsync();
            }
            else
            {
                lists++;
                await request.AnswerListAsync("1", []);
            }
            used.Add((GetRight(request), "ClusterCache's informers"));
        }
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return used;
    }

    static Right GetRight(ScriptedRequest request)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new(parts[0] == "api" ? "" : parts[1], parts[^1], request.IsWatch ? "watch" : "list");
    }

    static IEnumerable<(Right Right, string By)> OfChild(ChildKind child) =>
        (IEnumerable<(Right, string)>)_ofChild.MakeGenericMethod(child.GetType().GetGenericArguments())
            .Invoke(null, [child])!;

    static readonly MethodInfo _ofChild =
        typeof(UsedRights).GetMethod(nameof(GetOfChild), BindingFlags.Static | BindingFlags.NonPublic)!;

    static IEnumerable<(Right Right, string By)> GetOfChild<T>(ChildKind<T> child)
        where T : KubernetesObject
    {
        // What its informer does not know is read before it is created.
        yield return Use("get", "KindApplier.ApplyAsync");
        // An apply that makes something needs both.
        yield return Use("create", "KindApplier.WriteAsync");
        yield return Use("patch", "KindApplier.WriteAsync");
        if (child.Recreate)
            yield return Use("delete", "KindApplier.OverwriteOrRecreateAsync");
        if (child.Prune)
            yield return Use("delete", "KindApplier.PruneAsync");

        (Right, string) Use(string verb, string by) => (new(child.Type.Group, child.Type.Plural, verb), by);
    }

    static ClusterConnection Connect(ScriptedApiServer server)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["kubeconfig"], $$"""
            current-context: one
            clusters: [ { name: one, cluster: { server: "{{server.Address}}" } } ]
            contexts: [ { name: one, context: { cluster: one, user: one } } ]
            users: [ { name: one, user: { token: none } } ]
            """);
        return ClusterConnection.Open(folder["kubeconfig"], context: null, TimeProvider.System);
    }
}
