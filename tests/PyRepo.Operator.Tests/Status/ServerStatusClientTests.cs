using System.Diagnostics;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Tests.Hostile;

namespace PyRepo.Operator.Tests.Status;

public sealed class ServerStatusClientTests
{
    const string Report = """{ "version": "1", "hash": "x" }""";

    [Fact]
    public async Task Pods_that_never_answer_take_bounded_time_together()
    {
        await using var silent = new HostileServer();
        using var client = new ServerStatusClient(_ => true, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var observed = await client.GetStatusesAsync(Pods(silent, OperatorLimits.MaxPods), default);
        Assert.All(observed, pod => Assert.Null(pod.Report));
        Assert.InRange(
            observed.Count(pod => pod.Failure is not null), OperatorLimits.MaxPodsAtOnce, OperatorLimits.MaxPods);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Pods_that_did_not_answer_take_no_time_from_others_the_next_time()
    {
        await using var silent = new HostileServer();
        await using var well = new HostileServer(Report);
        using var client = new ServerStatusClient(_ => true, TimeProvider.System);
        Pod[] pods = [.. Pods(silent, 5 * OperatorLimits.MaxPodsAtOnce / 2), .. Pods(well, 1)];
        await client.GetStatusesAsync(pods, default);
        var observed = await client.GetStatusesAsync(pods, default);
        Assert.Equal(pods, observed.Select(o => o.Pod));
        Assert.Equal("1", observed[^1].Report?.Version);
    }

    [Fact]
    public async Task The_reports_of_all_servers_of_a_resource_take_bounded_memory()
    {
        var texts = string.Join(',', Enumerable.Repeat("\"a\"", 6_000));
        await using var many = new HostileServer($$"""{ "version": "1", "notSupportedYet": [ {{texts}} ] }""");
        using var client = new ServerStatusClient(_ => true, TimeProvider.System);
        var observed = await client.GetStatusesAsync(Pods(many, OperatorLimits.MaxPods), default);
        Assert.InRange(observed.Count(o => o.Report is not null), 1, 10);
        Assert.All(observed.Where(o => o.Report is null), o => Assert.NotNull(o.Failure));
    }

    [Fact]
    public void The_memory_for_one_namespace_is_bounded_and_leaves_room_for_others()
    {
        var last = new LastResponses();
        var report = new byte[OperatorLimits.MaxReportLength];
        var pods = Enumerable.Range(0, 100).Select(n => GetPod("many", $"{n}", 1)).ToArray();
        foreach (var pod in pods.Concat(pods))
            last.Set(pod, new LastResponse(Scenario.Now, report));
        Assert.Equal(
            OperatorLimits.MaxKeptReports / OperatorLimits.MaxReportLength,
            pods.Count(pod => last.Find(pod) is not null));
        var other = GetPod("other", "other", 1);
        last.Set(other, new LastResponse(Scenario.Now, report));
        Assert.NotNull(last.Find(other));

        foreach (var pod in pods)
            last.Forget(pod);
        last.Set(pods[^1], new LastResponse(Scenario.Now, report));
        Assert.NotNull(last.Find(pods[^1]));
    }

    static IEnumerable<Pod> Pods(HostileServer server, int count) =>
        Enumerable.Range(0, count).Select(n => GetPod("many", $"{server.Port}-{n}", server.Port));

    static Pod GetPod(string ns, string name, int port) => new()
    {
        Metadata = new() { Namespace = ns, Name = name, Uid = name },
        Spec = new PodSpec
        {
            Containers =
            [
                new Container
                {
                    Name = PodManifest.Container,
                    Image = "x",
                    Ports = [new ContainerPort { Name = PodManifest.ManagementPort, Port = port }],
                },
            ],
        },
        Status = new PodStatus { Phase = "Running", PodIP = "127.0.0.1" },
    };
}
