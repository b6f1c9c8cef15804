using PyRepo.Kubernetes.Events;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

/// <summary>What a status says of a volume that fills up.</summary>
public sealed class GrowthConditionTests
{
    const string Refusal = "exceeded quota: storage, requested: requests.storage=2Gi";

    [Fact]
    public void A_step_that_the_API_server_refuses_leaves_a_repository_ready_that_serves()
    {
        var (before, now) = (Write(Filling(used: 50)), Write(Filling(used: 90).Seeing(observed => observed with
        {
            GrowthRefusal = Refusal,
        })));
        Assert.Equal(["Ready True Ready", "StorageReady True GrowthRefused"], Told(now));
        Assert.Null(now.Find("Stalled"));
        Assert.Contains(Refusal, now.Find("StorageReady")!.Message, StringComparison.Ordinal);
        var told = Assert.Single(StatusEvents.Between(before, now));
        Assert.Equal((EventType.Warning, "GrowthRefused"), (told.Type, told.Reason));
        // It is no more than the API server's: without it, the step is made.
        Assert.Equal(["Ready True Ready", "StorageReady True Ready"], Told(Write(Filling(used: 90))));
    }

    [Theory]
    [InlineData(true, "StorageReady True GrowthRefused")]
    // An operator of some namespaces does not know: it tries.
    [InlineData(false, "StorageReady True Ready")]
    public void A_claim_without_a_class_does_not_grow(bool knowsClasses, string expected)
    {
        var now = Write(Filling(used: 90, knowsClasses: knowsClasses, hasClass: false));
        Assert.Equal(["Ready True Ready", expected], Told(now));
    }

    [Fact]
    public void A_size_that_a_claim_without_a_class_cannot_have_is_a_fault()
    {
        var small = YamlObjects.Make("PythonRepository", "team-a");
        var large = YamlObjects.Make(
            "PythonRepository", "team-a", "storage: { persistentVolumeClaim: { size: 50Gi } }");
        var now = Write(Scenario.Running(large, Scenario.InputsOfRunning(small) with
        {
            StorageClass = null,
            KnowsStorageClasses = true,
        }));
        Assert.Equal(["Ready False StorageNotExpandable", "StorageReady False StorageNotExpandable"], Told(now));
    }

    [Fact]
    public void A_suspended_repository_is_not_reported_at_its_maximum()
    {
        var full = Write(Filling(used: 90, growth: "max: 10Gi"));
        Assert.Equal("VolumeAtMax", full.Find("StorageReady")!.Reason);
        Assert.Equal(
            "VolumeAtMax", Write(Filling(used: null, growth: "max: 10Gi"), full).Find("StorageReady")!.Reason);
        var suspended = Filling(used: null, growth: "max: 10Gi", more: "suspend: true");
        Assert.Equal("Ready", Write(suspended, full).Find("StorageReady")!.Reason);
    }

    static ResourceStatus Write(StatusInputs inputs, ResourceStatus? previous = null) =>
        StatusWriter.Create(inputs, previous ?? new());

    static IEnumerable<string> Told(ResourceStatus status) =>
        status.Conditions.Where(c => c.Type is "Ready" or "StorageReady")
            .Select(c => $"{c.Type} {c.Status} {c.Reason}");

    /// <summary>A repository with 10Gi that grows at 85 %.</summary>
    static StatusInputs Filling(
        int? used, string growth = "max: 20Gi", bool knowsClasses = true, bool hasClass = true, string more = "")
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a",
            $"storage: {{ persistentVolumeClaim: {{ size: 10Gi, autoGrow: {{ {growth} }} }} }}, {more}");
        var inputs = Scenario.InputsOfRunning(resource);
        return Scenario.Running(resource, inputs with
        {
            StorageClass = hasClass ? inputs.StorageClass : null,
            KnowsStorageClasses = knowsClasses,
        }).Answering(report => report with
        {
            Repositories =
            [
                report.Repositories[0] with
                {
                    Volume = used is { } percent ? new VolumeReport(1000, 1000 - 10 * percent) : null,
                },
            ],
        });
    }
}
