using System.Diagnostics;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class LeadershipTests(ApiServer server)
{
    static readonly string[] _election = ["--leader-elect", "true"];
    static readonly string[] _names = ["one", "two", "three", "four"];

    [Fact]
    public async Task A_standby_takes_over_from_a_killed_leader_and_never_writes_before()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        await using var leader = await LeaderAsync(cluster);
        await using var standby = await OperatorProcess.StartAsync(cluster, options: _election);
        await using var work = await Churn.BeginAsync(cluster, _names);
        var killed = DateTimeOffset.UtcNow;
        await leader.KillAsync();
        var taken = await TakenAsync(standby, since);
        Assert.True(taken - killed < TimeSpan.FromSeconds(17), $"It took {taken - killed}.");
        await AssertOnlyLeadersWroteAsync(cluster, leader, standby, since);
    }

    [Fact]
    public async Task A_terminated_leader_exits_cleanly_and_hands_the_Lease_to_the_standby()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        await using var leader = await LeaderAsync(cluster);
        await using var standby = await OperatorProcess.StartAsync(cluster, options: _election);
        await using var work = await Churn.BeginAsync(cluster, _names);
        var told = DateTimeOffset.UtcNow;
        Assert.Equal(0, await leader.StopAsync());
        var taken = await TakenAsync(standby, since);
        Assert.True(taken - told < TimeSpan.FromSeconds(3), $"It took {taken - told}.");
        await AssertOnlyLeadersWroteAsync(cluster, leader, standby, since);
    }

    [Fact]
    public async Task An_operator_terminated_during_its_work_exits_soon_and_releases_the_Lease()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await LeaderAsync(cluster);
        await using var work = await Churn.BeginAsync(cluster, _names);
        var told = Stopwatch.GetTimestamp();
        Assert.Equal(0, await running.StopAsync());
        var took = Stopwatch.GetElapsedTime(told);
        Assert.True(took < TimeSpan.FromSeconds(30), $"It took {took}.");
        var lease = await server.RunKubectlAsync(
            ["get", "lease", "pyrepo-operator", "-n", "pyrepo-system", "-o", "jsonpath={.spec.holderIdentity}"]);
        Assert.Equal("", lease.MustSucceed());
    }

    [Fact]
    public async Task An_operator_of_a_slow_api_server_releases_the_lease_within_its_grace_period_and_after_its_writes()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        await using var relay = new TcpRelay(server.Http.BaseAddress!.Port);
        await using var leader = await LeaderAsync(cluster, relay.Port);
        await using var standby = await OperatorProcess.StartAsync(cluster, options: _election);
        await using var work = await Churn.BeginAsync(cluster, _names);
        relay.Latency = TimeSpan.FromSeconds(1.5);
        var renewed = LeaseWrites(leader, since).Count();
        await Eventually.IsAsync("the slow leader renews", () => Task.FromResult(
            LeaseWrites(leader, since).Count() > renewed + 1), () => leader.Log);
        var told = Stopwatch.GetTimestamp();
        Assert.Equal(0, await leader.StopAsync());
        var took = Stopwatch.GetElapsedTime(told);
        Assert.True(took < TimeSpan.FromSeconds(30), $"It took {took}.");
        Assert.Contains("released the Lease", leader.Log, StringComparison.Ordinal);
        await AssertOnlyLeadersWroteAsync(cluster, leader, standby, since);
    }

    [Fact]
    public async Task A_leader_that_cannot_reach_the_API_server_exits_before_the_standby_takes_over()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        var relay = new TcpRelay(server.Http.BaseAddress!.Port);
        await using var leader = await LeaderAsync(cluster, relay.Port);
        await using var standby = await OperatorProcess.StartAsync(cluster, options: _election);
        await using var work = await Churn.BeginAsync(cluster, _names);
        var cut = DateTimeOffset.UtcNow;
        await relay.DisposeAsync();
        Assert.Equal(1, await leader.EndedAsync());
        var ended = DateTimeOffset.UtcNow;
        var taken = await TakenAsync(standby, since);
        Assert.True(ended < taken, $"It ended {ended - taken} after.");
        Assert.True(taken - cut < TimeSpan.FromSeconds(17), $"It took {taken - cut}.");
        await AssertOnlyLeadersWroteAsync(cluster, leader, standby, since);
    }

    async Task<OperatorProcess> LeaderAsync(TestCluster cluster, int? port = null)
    {
        var since = server.Audit.End;
        var leader = await OperatorProcess.StartAsync(cluster, port: port, options: _election);
        await TakenAsync(leader, since);
        return leader;
    }

    /// <summary>When a process took the Lease.</summary>
    async Task<DateTimeOffset> TakenAsync(OperatorProcess process, AuditMark since)
    {
        AuditEntry? first = null;
        await Eventually.IsAsync("it leads", () => Task.FromResult(
            (first = LeaseWrites(process, since).FirstOrDefault()) is not null), () => process.Log);
        return first!.RequestReceivedTimestamp;
    }

    IEnumerable<AuditEntry> LeaseWrites(OperatorProcess process, AuditMark since) => server.Audit.Read(since)
        .Where(e => e is { IsWrite: true, ObjectRef.Resource: "leases", ResponseStatus.Code: < 300 })
        .Where(e => e.User.Credential == process.Credential);

    async Task AssertOnlyLeadersWroteAsync(
        TestCluster cluster, OperatorProcess leader, OperatorProcess standby, AuditMark since)
    {
        IEnumerable<AuditEntry> Writes(OperatorProcess process) => cluster.OperatorRequests(since)
            .Where(e => e.IsWrite && e.ObjectRef?.Namespace == cluster.Namespace)
            .Where(e => e.User.Credential == process.Credential);
        await Eventually.IsAsync(
            "the new leader works", () => Task.FromResult(Writes(standby).Any()), () => standby.Log);
        var ended = LeaseWrites(leader, since).Last().RequestReceivedTimestamp;
        var taken = LeaseWrites(standby, since).First().RequestReceivedTimestamp;
        Assert.NotEmpty(Writes(leader));
        Assert.DoesNotContain(Writes(standby), e => e.RequestReceivedTimestamp < taken);
        Assert.DoesNotContain(Writes(leader), e => e.RequestReceivedTimestamp > taken);
        Assert.True(ended < taken, "The new leader came after the old one.");
    }
}
