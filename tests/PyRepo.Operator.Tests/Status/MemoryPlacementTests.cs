using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Tests.Status;

/// <summary>Pods with more memory that fit nowhere.</summary>
public sealed class MemoryPlacementTests
{
    const string Scheduler = "0/3 nodes are available: 3 Insufficient memory.";
    const string Quota = "exceeded quota: q, requested: limits.memory=384Mi, used: limits.memory=256Mi";

    static readonly AutoMemorySpec _auto = new() { Max = Quantity.Parse("1Gi") };

    static readonly RecommendationStatus _recommended = new() { Memory = "384Mi", Message = "why", Had = "256Mi" };

    [Theory]
    [InlineData("PodScheduled", "False", Scheduler, 3, true)]
    [InlineData("ReplicaFailure", "True", Quota, 3, true)]
    // An autoscaler may still make a node.
    [InlineData("PodScheduled", "False", Scheduler, 2, false)]
    // Less memory would not help.
    [InlineData("PodScheduled", "False", "0/3 nodes are available: 3 node(s) had untolerated taint {a: b}.", 9, false)]
    [InlineData("ReplicaFailure", "True", "exceeded quota: q, requested: pods=1, used: pods=9", 9, false)]
    [InlineData("PodScheduled", "True", null, 9, false)]
    public void Pods_that_fit_nowhere_with_more_memory_get_what_they_had(
        string type, string status, string? message, int minutes, bool isRefused)
    {
        var condition = new Condition
        {
            Type = type,
            Status = status,
            Message = message,
            LastTransitionTime = Scenario.Now.AddMinutes(-minutes),
        };
        var judged = MemoryPlacement.Judge(_recommended, _auto, See("384Mi", condition), Scenario.Now);
        Assert.Equal(isRefused ? "384Mi" : null, judged.Refused);
        Assert.Equal(isRefused ? "256Mi" : "384Mi", judged.GetGiven(_auto)?.ToString());
        // It is known also when they run again.
        var running = See("256Mi", new() { Type = "PodScheduled", Status = "True" });
        Assert.Equal(judged, MemoryPlacement.Judge(judged, _auto, running, Scenario.Now));
        Assert.Null(MemoryPlacement.Judge(judged, null, running, Scenario.Now).Refused);
        // A pod that was there before waits for a node.
        var drained = See("384Mi", condition);
        drained = drained with
        {
            Deployment = drained.Deployment! with
            {
                Status = new()
                {
                    Conditions =
                    [
                        condition,
                        new() { Type = "Progressing", Status = "True", Reason = "NewReplicaSetAvailable" },
                    ],
                },
            },
        };
        Assert.Equal(_recommended, MemoryPlacement.Judge(_recommended, _auto, drained, Scenario.Now));
        // Pods with less that find no place are another matter.
        Assert.Equal(
            _recommended, MemoryPlacement.Judge(_recommended, _auto, See("256Mi", condition), Scenario.Now));
    }

    [Theory]
    [InlineData("384Mi", null, "1Gi", "384Mi")]
    [InlineData("384Mi", null, "320Mi", "320Mi")]
    [InlineData("384Mi", "384Mi", "1Gi", "256Mi")]
    // As much is not tried again, nor more.
    [InlineData("768Mi", "384Mi", "1Gi", "256Mi")]
    // A lower maximum may fit.
    [InlineData("384Mi", "384Mi", "320Mi", "320Mi")]
    [InlineData("384Mi", "nonsense", "1Gi", "384Mi")]
    public void What_fitted_nowhere_is_not_given(string memory, string? refused, string max, string expected)
    {
        var recommended = _recommended with { Memory = memory, Refused = refused };
        Assert.Equal(
            expected, recommended.GetGiven(new AutoMemorySpec { Max = Quantity.Parse(max) })?.ToString());
        Assert.Null(recommended.GetGiven(null));
    }

    [Fact]
    public void An_event_warns_that_the_pods_have_what_they_had()
    {
        var before = new ResourceStatus { Recommendation = _recommended };
        var now = new ResourceStatus { Recommendation = _recommended with { Refused = "384Mi" } };
        var told = Assert.Single(StatusEvents.Between(before, now));
        Assert.Equal((EventType.Warning, "MemoryRefused"), (told.Type, told.Reason));
        Assert.Contains("384Mi", told.Note, StringComparison.Ordinal);
        Assert.Contains("256Mi again", told.Note, StringComparison.Ordinal);
    }

    /// <summary>A Deployment and its pod with a limit, of which a condition is told.</summary>
    static Observation See(string limit, Condition condition)
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", $"server: {{ resources: {{ limits: {{ memory: {limit} }} }} }}");
        var wanted = AppliedTemplate.WriteInto(
            DesiredState.From(resource, Scenario.Inputs, Scenario.Settings).Deployment!);
        return new Observation
        {
            Deployment = wanted with { Status = new() { Conditions = [condition] } },
            Pods =
            [
                new(
                    new Pod
                    {
                        Metadata = new() { Name = "pod" },
                        Spec = wanted.Spec!.Template.Spec,
                        Status = new() { Conditions = [condition] },
                    }, null, Scenario.Now),
            ],
        };
    }
}
