using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>When a claim grows by itself, and how large it may be.</summary>
public sealed class VolumeGrowthTests
{
    const long GiB = 1L << 30;

    static readonly AutoGrowSpec _growth = new() { At = 80, By = "50%", Max = Quantity.Parse("10Gi") };

    [Theory]
    // Below the mark.
    [InlineData("4Gi", "4Gi", null, 4, 79, "None", "None 4Gi")]
    [InlineData("4Gi", "4Gi", null, 4, 80, "None", "Due 6Gi")]
    [InlineData("5Gi", "5Gi", null, 5, 100, "None", "Due 8Gi")]
    // The last step goes to the maximum, and no further.
    [InlineData("8Gi", "8Gi", null, 8, 90, "None", "Due 10Gi")]
    [InlineData("10Gi", "10Gi", null, 10, 90, "None", "AtMax 10Gi")]
    [InlineData("12Gi", "12Gi", null, 12, 90, "None", "AtMax 12Gi")]
    // The capacity has not followed, or the server has measured before it did.
    [InlineData("6Gi", "4Gi", "6Gi 4294967296", 4, 90, "None", "Growing 6Gi")]
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 4, 90, "None", "Growing 6Gi")]
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 6, 90, "None", "Due 9Gi")]
    [InlineData("10Gi", "8Gi", "10Gi 8589934592", 8, 90, "None", "Growing 10Gi")]
    [InlineData("6Gi", null, null, 6, 90, "None", "Growing 6Gi")]
    [InlineData("6Gi", "6Gi", "nonsense", 6, 90, "None", "Due 9Gi")]
    // A volume at its maximum stays reported until there is some room.
    [InlineData("10Gi", "10Gi", null, 10, 78, "AtMax", "AtMax 10Gi")]
    [InlineData("10Gi", "10Gi", null, 10, 78, "None", "None 10Gi")]
    [InlineData("10Gi", "10Gi", null, 10, 77, "AtMax", "None 10Gi")]
    [InlineData("10Gi", "10Gi", null, 0, 0, "AtMax", "AtMax 10Gi")]
    [InlineData("8Gi", "8Gi", null, 0, 0, "AtMax", "None 8Gi")]
    // The provider, or an administrator's volume, gave more than was asked for: that is what fills up.
    [InlineData("1Gi", "4Gi", null, 4, 90, "None", "Due 6Gi")]
    [InlineData("1Gi", "4Gi", null, 4, 79, "None", "None 4Gi")]
    [InlineData("1Gi", "12Gi", null, 12, 90, "None", "AtMax 12Gi")]
    [InlineData("6Gi", "7Gi", "6Gi 4294967296", 7, 90, "None", "Due 10Gi")]
    // At its maximum nothing is waited for but the capacity.
    [InlineData("10Gi", "10Gi", "10Gi 8589934592", 8, 90, "None", "AtMax 10Gi")]
    [InlineData("10Gi", "9Gi", "10Gi 8589934592", 8, 90, "AtMax", "Growing 10Gi")]
    // A file system that is waited for is so while use goes up and down a little, or nothing is heard.
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 4, 78, "Growing", "Growing 6Gi")]
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 4, 77, "Growing", "None 6Gi")]
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 6, 78, "Growing", "None 6Gi")]
    [InlineData("6Gi", "6Gi", "6Gi 4294967296", 0, 0, "Growing", "Growing 6Gi")]
    [InlineData("6Gi", "6Gi", "5Gi 4294967296", 0, 0, "Growing", "None 6Gi")]
    public void A_step_is_due_when_the_last_one_is_done_and_the_volume_fills_up(
        string requested, string? capacity, string? note, int gib, int used, string before, string expected)
    {
        var volume = gib == 0 ? null : new VolumeReport(gib * GiB, gib * GiB * (100 - used) / 100);
        var claim = Claim(requested, capacity, note);
        var due = VolumeGrowth.Decide(_growth, claim, volume, Enum.Parse<GrowthState>(before));
        Assert.Equal(expected, $"{due.State} {due.Size}");
    }

    [Theory]
    [InlineData("1Gi", "20%", "2Gi")]
    [InlineData("10Gi", "20%", "12Gi")]
    [InlineData("64Mi", "20%", "77Mi")]
    [InlineData("1000Mi", "1%", "1010Mi")]
    [InlineData("1020Mi", "1%", "2Gi")]
    [InlineData("10Gi", "1500Mi", "12Gi")]
    [InlineData("90Gi", "100Gi", "100Gi")]
    [InlineData("99.5Gi", "1%", "100Gi")]
    [InlineData("100Gi", "1%", null)]
    public void A_step_is_a_percentage_or_a_size_rounded_up_and_ends_at_the_maximum(
        string size, string by, string? expected) =>
        Assert.Equal(
            expected,
            new AutoGrowSpec { By = by, Max = Quantity.Parse("100Gi") }.GetNext(Quantity.Parse(size))?.ToString());

    [Theory]
    // It grew, and the resource still says what it did.
    [InlineData("autoGrow: { max: 9Gi }", "4Gi", null, "4Gi")]
    [InlineData("", "4Gi", "4Gi 1073741824", "4Gi")]
    // A larger size is a size like any other.
    [InlineData("autoGrow: { max: 9Gi }", "1Gi", null, "2Gi")]
    // Nobody let it grow, or not so far.
    [InlineData("", "4Gi", null, "StorageShrinkRejected")]
    [InlineData("", "4Gi", "3Gi 1073741824", "StorageShrinkRejected")]
    public void A_claim_that_grew_by_itself_is_not_too_large(
        string growth, string requested, string? note, string expected)
    {
        var desired = Desire($"size: 2Gi, {growth}", Claim(requested, requested, note));
        Assert.Equal(
            expected,
            desired.Rejection?.Reason.ToString()
            ?? desired.PersistentVolumeClaim!.Spec!.Resources!.Requests!["storage"]);
        if (desired.PersistentVolumeClaim is { } kept)
            Assert.Equal(note, kept.Metadata.Annotations!.GetValueOrDefault("pyrepo.dev/grown"));
    }

    /// <summary>Else a server that measured the old file system just before would cause a step too many.</summary>
    [Theory]
    [InlineData("autoGrow: { max: 9Gi }", null, 1L << 30, "2Gi 1073741824")]
    [InlineData("autoGrow: { max: 9Gi }", "1Gi 536870912", 1L << 30, "2Gi 1073741824")]
    // It is not known what the server measures, or nothing measures it for a step.
    [InlineData("autoGrow: { max: 9Gi }", "1Gi 536870912", null, "1Gi 536870912")]
    [InlineData("", null, 1L << 30, null)]
    public void A_size_that_somebody_raises_is_noted_like_a_step(
        string growth, string? note, long? fileSystem, string? expected)
    {
        var pvc = Desire($"size: 2Gi, {growth}", Claim("1Gi", "1Gi", note), fileSystem).PersistentVolumeClaim!;
        Assert.Equal("2Gi", pvc.Spec!.Resources!.Requests!["storage"]);
        Assert.Equal(expected, pvc.Metadata.Annotations!.GetValueOrDefault("pyrepo.dev/grown"));
    }

    [Fact]
    public void A_size_that_the_volume_has_already_is_not_noted_because_nothing_follows() => Assert.Null(
        Desire("size: 2Gi, autoGrow: { max: 9Gi }", Claim("1Gi", "5Gi", null), 5L << 30).PersistentVolumeClaim!
            .Metadata.Annotations!.GetValueOrDefault("pyrepo.dev/grown"));

    static DesiredState Desire(string claim, PersistentVolumeClaim live, long? fileSystem = null)
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", $"storage: {{ persistentVolumeClaim: {{ {claim} }} }}");
        var inputs = Scenario.InputsOfRunning(resource);
        var found = inputs.PersistentVolumeClaim!;
        return DesiredState.From(resource, inputs with
        {
            FileSystem = fileSystem,
            PersistentVolumeClaim = found with
            {
                Metadata = found.Metadata with
                {
                    Annotations = found.Metadata.Annotations!.Concat(live.Metadata.Annotations!).ToDictionary(),
                },
                Spec = found.Spec! with { Resources = live.Spec!.Resources },
                Status = live.Status,
            },
        }, Scenario.Settings);
    }

    static PersistentVolumeClaim Claim(string requested, string? capacity, string? note) => new()
    {
        Metadata = new()
        {
            Name = "team-a-data",
            Annotations = note is null
                ? new Dictionary<string, string>() : new Dictionary<string, string> { ["pyrepo.dev/grown"] = note },
        },
        Spec = new() { Resources = new() { Requests = Storage(requested) } },
        Status = new() { Phase = "Bound", Capacity = capacity is null ? null : Storage(capacity) },
    };

    static Dictionary<string, string> Storage(string size) => new() { ["storage"] = size };
}
