using System.Text;
using System.Text.Json;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

public sealed class StatusChurnTests
{
    static readonly DeclaredResource _proxy = YamlObjects.Make("ProxyRepository", "pypi");

    [Fact]
    public void The_same_facts_an_hour_later_make_the_same_bytes()
    {
        var first = StatusWriter.Create(Inputs(0), new ResourceStatus());
        var second = StatusWriter.Create(Inputs(60), ResourceStatus.Read(first.ToJson()));
        Assert.Equal(JsonSerializer.Serialize(first.ToJson()), JsonSerializer.Serialize(second.ToJson()));
        Assert.True(first.IsEquivalentTo(second));
    }

    [Fact]
    public void The_time_of_a_condition_moves_only_when_it_flips()
    {
        var ready = StatusWriter.Create(Inputs(0), new ResourceStatus());
        var down = StatusWriter.Create(Inputs(10).Answering(r => r with { Hash = "0" }), ready);
        var stillDown = StatusWriter.Create(Inputs(20).Seeing(o => o with { HasRoute = true, Pods = [] }), down);
        var up = StatusWriter.Create(Inputs(30), stillDown);
        Assert.Equal(
            [0, 10, 10, 30],
            new[] { ready, down, stillDown, up }.Select(
                s => (s.Find("Ready")!.LastTransitionTime!.Value - Scenario.Now).TotalMinutes));
        Assert.NotEqual(down.Find("Ready")!.Reason, stillDown.Find("Ready")!.Reason);
        Assert.All(new[] { ready, down, stillDown, up },
            s => Assert.Equal(Scenario.Now, s.Find("StorageReady")!.LastTransitionTime));
    }

    [Fact]
    public void A_healthy_upstream_updates_the_status_once_an_hour()
    {
        var first = StatusWriter.Create(Inputs(0), new ResourceStatus());
        Assert.True(first.IsEquivalentTo(StatusWriter.Create(Answered(30), first)));
        Assert.False(first.IsEquivalentTo(StatusWriter.Create(Answered(90), first)));

        static StatusInputs Answered(int minutes) => Inputs(minutes).Answering(r => r with
        {
            Repositories = [r.Repositories[0] with { Upstream = new(true, Scenario.Now.AddMinutes(minutes)) }],
        });
    }

    [Fact]
    public void The_last_status_is_kept_while_no_server_answers()
    {
        var first = StatusWriter.Create(Inputs(0), new ResourceStatus());
        var silent = StatusWriter.Create(Inputs(1).Seeing(o => o with { Pods = [] }), first);
        Assert.Equal((first.Projects, first.Files, first.Size, first.ServerVersion, first.Upstream),
            (silent.Projects, silent.Files, silent.Size, silent.ServerVersion, silent.Upstream));
    }

    [Fact]
    public void Answers_of_several_pods_are_combined()
    {
        var group = YamlObjects.Make("ProxyRepository", "pypi",
            "storage: { bucket: { name: packages, region: eu-west-1 } }, server: { replicas: 2 }");
        var inputs = Scenario.Running(group);
        inputs = inputs.Seeing(o => o with
        {
            Pods =
            [
                With(o.Pods[0], Scenario.Now,
                    r => r with { Projects = 5, Cache = new(90, 5), Upstream = new(true, null) }),
                With(o.Pods[1], Scenario.Now.AddSeconds(1),
                    r => r with { Projects = 6, Cache = new(3, 2), Upstream = new(false, null) }),
            ],
        });
        var status = StatusWriter.Create(inputs, new ResourceStatus());
        Assert.Equal((6, "0.93", false), (status.Projects, status.Cache!.HitRatio, status.Upstream!.Reachable));
        Assert.Equal("True", status.Find("Ready")!.Status);

        var oneNotReady = inputs.Seeing(o => o with
        {
            Pods = [o.Pods[0], With(
                o.Pods[1], Scenario.Now, r => r with { Ready = false, Message = "waits for the lease" })],
        });
        Assert.Contains("waits for the lease", StatusWriter.Create(oneNotReady, status).Find("Ready")!.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(9_999, "9999")]
    [InlineData(1177L << 20, "1177Mi")]
    [InlineData((1177L << 20) + 3, "1177Mi")]
    [InlineData(50L << 30, "50Gi")]
    public void A_size_is_shown_in_few_digits(long bytes, string shown) =>
        Assert.Equal(shown, DisplaySize.Format(bytes));

    [Fact]
    public void An_answer_of_todays_server_is_read()
    {
        var report = ServerReport.Read(Encoding.UTF8.GetBytes("""
            {
              "version": "0.1.0", "hash": "abc", "problems": [], "notSupportedYet": [], "badReferences": [],
              "repositories": [ { "kind": "PythonRepository", "name": "team-a", "uid": "u", "generation": 3, "ready": true,
                "projects": 1, "files": 2, "size": 3, "upstream": { "reachable": true, "lastSuccess": "2026-11-20T10:00:00+00:00" },
                "refused": { "x.whl": "is no archive" } } ]
            }
            """));
        Assert.Equal(("0.1.0", "abc", 2L), (report!.Version, report.Hash, report.Repositories[0].Files));
        Assert.True(report.Repositories[0].Upstream!.Reachable);
        Assert.Null(ServerReport.Read("<html>"u8));
    }

    static ObservedPod With(ObservedPod pod, DateTimeOffset at, Func<RepositoryReport, RepositoryReport> change) =>
        pod with
        {
            ReportedAt = at,
            Report = pod.Report! with { Repositories = [change(pod.Report.Repositories[0])] },
        };

    static StatusInputs Inputs(int minutes) =>
        Scenario.Running(_proxy, Scenario.InputsOfRunning(_proxy) with { Now = Scenario.Now.AddMinutes(minutes) });
}
