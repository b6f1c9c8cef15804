using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Leases;

[Trait("Kubernetes", "oldest")]
public sealed class LeaderElectionTests(ApiServer server)
{
    [Fact]
    public async Task One_candidate_leads_and_the_other_waits()
    {
        var ns = await server.NewNamespaceAsync();
        using var first = new Candidate(server, ns, "first");
        await first.Leading;
        using var second = new Candidate(server, ns, "second");
        await second.Log.SaysAsync("second waits: first holds the Lease");
        Assert.True(first.Election.IsLeading);
        Assert.False(second.Election.IsLeading);
        var lease = await server.RunKubectlAsync(
            ["-n", ns, "get", "lease", "leader", "-o", "jsonpath={.spec.holderIdentity} {.spec.leaseDurationSeconds}"]);
        Assert.Equal("first 15", lease.MustSucceed());
    }

    [Fact]
    public async Task A_terminated_leader_releases_the_Lease_and_the_next_leads_immediately()
    {
        var ns = await server.NewNamespaceAsync();
        using var first = new Candidate(server, ns, "first");
        await first.Leading;
        using var second = new Candidate(server, ns, "second");
        await second.Log.SaysAsync("second waits");
        first.EndWork();
        first.Terminate();
        Assert.Equal(LeadershipOutcome.Released, await first.Running);
        await second.Leading;
    }

    [Fact]
    public async Task A_terminated_leader_holds_the_Lease_until_its_work_has_ended()
    {
        var ns = await server.NewNamespaceAsync();
        using var first = new Candidate(server, ns, "first");
        await first.Leading;
        first.Terminate();
        await first.ToldToStop;
        for (var renewal = 0; renewal < 3; renewal++)
            await RenewAsync(first, ns);
        Assert.False(first.Running.IsCompleted);
        first.EndWork();
        Assert.Equal(LeadershipOutcome.Released, await first.Running);
    }

    [Fact]
    public async Task A_killed_leader_is_replaced_15_seconds_after_its_last_renewal()
    {
        var ns = await server.NewNamespaceAsync();
        using var killed = new Candidate(server, ns, "killed");
        await killed.Leading;
        using var next = new Candidate(server, ns, "next");
        await next.Log.SaysAsync("next waits");
        Assert.Equal(TimeSpan.FromSeconds(15), await next.Clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(15)));
        await next.Leading;
    }

    [Fact]
    public async Task Times_in_the_Lease_are_ignored()
    {
        var ns = await server.NewNamespaceAsync();
        (await server.RunKubectlAsync(["apply", "-f", "-"], $$$"""
            {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
             "metadata": {"namespace": "{{{ns}}}", "name": "leader"},
             "spec": {"holderIdentity": "a clock far behind", "leaseDurationSeconds": 15,
                      "acquireTime": "2001-01-01T00:00:00.000000Z", "renewTime": "2001-01-01T00:00:00.000000Z"}}
            """)).MustSucceed();
        using var candidate = new Candidate(server, ns, "candidate");
        await candidate.Log.SaysAsync("candidate waits: a clock far behind holds the Lease");
        Assert.Equal(TimeSpan.FromSeconds(15), await candidate.Clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(15)));
        await candidate.Leading;
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_steps_down_after_10_seconds()
    {
        var ns = await server.NewNamespaceAsync();
        await using var relay = new TcpRelay(server.Http.BaseAddress!.Port);
        using var leader = new Candidate(server, ns, "leader", relay.Port);
        await leader.Leading;
        relay.SwallowOpenConnections();
        leader.Clock.Advance(TimeSpan.FromSeconds(10));
        await leader.ToldToStop;
        Assert.False(leader.Election.IsLeading);
        leader.EndWork();
        Assert.Equal(LeadershipOutcome.Lost, await leader.Running);
    }

    [Fact]
    public async Task A_former_leader_whose_work_does_not_stop_exits_when_the_next_may_lead()
    {
        var ns = await server.NewNamespaceAsync();
        await using var relay = new TcpRelay(server.Http.BaseAddress!.Port);
        using var leader = new Candidate(server, ns, "leader", relay.Port);
        await leader.Leading;
        relay.SwallowOpenConnections();
        leader.Clock.Advance(TimeSpan.FromSeconds(10));
        await leader.ToldToStop;
        await leader.Clock.AdvanceToTimerInAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(LeadershipOutcome.Lost, await leader.Running);
    }

    [Fact]
    public async Task A_leader_that_loses_its_Lease_steps_down_at_the_next_renewal()
    {
        var ns = await server.NewNamespaceAsync();
        using var leader = new Candidate(server, ns, "leader");
        await leader.Leading;
        await PatchAsync(ns, """{"spec": {"holderIdentity": "another"}}""");
        await leader.Clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(2));
        await leader.ToldToStop;
        leader.EndWork();
        Assert.Equal(LeadershipOutcome.Lost, await leader.Running);
    }

    [Fact]
    public async Task A_foreign_label_on_the_Lease_does_not_end_leadership()
    {
        var ns = await server.NewNamespaceAsync();
        using var leader = new Candidate(server, ns, "leader");
        await leader.Leading;
        await PatchAsync(ns, """{"metadata": {"labels": {"some": "thing"}}}""");
        await RenewAsync(leader, ns);
        Assert.False(leader.ToldToStop.IsCompleted);
        leader.EndWork();
        leader.Terminate();
        Assert.Equal(LeadershipOutcome.Released, await leader.Running);
    }

    async Task PatchAsync(string ns, string patch) =>
        (await server.RunKubectlAsync(["-n", ns, "patch", "lease", "leader", "--type=merge", "-p", patch]))
            .MustSucceed();

    /// <summary>Lets two seconds pass, and waits for the renewal that comes then.</summary>
    static async Task RenewAsync(Candidate leader, string ns)
    {
        var lease = (await leader.Client.GetAsync(ResourceTypes.Leases, new ObjectKey(ns, "leader"), default))!;
        await leader.Clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(2));
        var version = lease.Metadata.ResourceVersion!;
        var changes = leader.Client.WatchAsync(ResourceTypes.Leases, ns, null, version, default);
        await foreach (var change in changes)
        {
            if (change.Object.Spec?.RenewTime > lease.Spec!.RenewTime)
                return;
        }
    }
}
