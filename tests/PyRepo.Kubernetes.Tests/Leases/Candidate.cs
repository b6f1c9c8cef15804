using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Leases;

/// <summary>
/// A process that would lead, with a clock of its own: one whose clock stands still is as good as killed, for it
/// neither renews its Lease nor releases it.
/// </summary>
sealed class Candidate : IDisposable
{
    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="server">The API server.</param>
    /// <param name="ns">The namespace of the Lease.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="port">Where it finds the API server, if not at its own port.</param>
    public Candidate(ApiServer server, string ns, string identity, int? port = null)
    {
        var kubeconfig = port is { } other ? server.KubeconfigAt(other) : server.Kubeconfig;
        Client = new(ClusterConnection.Open(kubeconfig, null, TimeProvider.System), TimeProvider.System);
        Election = new LeaderElection(Client, new ObjectKey(ns, "leader"), identity, Clock, Log);
        Running = Election.RunAsync(LeadAsync, _stopping.Token);
    }

    public KubernetesClient Client { get; }

    public SteppedClock Clock { get; } = new();

    public MessageLog Log { get; } = new();

    public LeaderElection Election { get; }

    public Task<LeadershipOutcome> Running { get; }

    /// <summary>Completes when it leads.</summary>
    public Task Leading => _leading.Task;

    /// <summary>Completes when what it does as a leader is told to stop.</summary>
    public Task ToldToStop => _told.Task;

    /// <summary>What it does as a leader comes to its end.</summary>
    public void EndWork() => _ended.TrySetResult();

    /// <summary>SIGTERM.</summary>
    public void Terminate() => _stopping.Cancel();

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        Client.Dispose();
    }

    async Task LeadAsync(CancellationToken cancellationToken)
    {
        await using var told = cancellationToken.Register(_told.SetResult);
        _leading.SetResult();
        await _ended.Task;
    }
}
