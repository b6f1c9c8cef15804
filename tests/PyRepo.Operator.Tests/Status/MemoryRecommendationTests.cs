using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Tests.Status;

/// <summary>How much memory is recommended, and what a resource's pods get of it.</summary>
public sealed class MemoryRecommendationTests
{
    const string Limit = "resources: { limits: { memory: 512Mi } }";

    [Theory]
    // Nothing is wrong.
    [InlineData(null, null, "256Mi", null, 0, null)]
    [InlineData(null, null, null, null, 2, null)]
    // One was killed by the kernel for its limit, which nothing else is.
    [InlineData(null, null, "256Mi", "OOMKilled", 0, "384Mi")]
    [InlineData(null, null, "1000M", "OOMKilled", 0, "1472Mi")]
    [InlineData(null, null, "256Mi", "Error", 0, null)]
    [InlineData(null, null, null, "OOMKilled", 0, null)]
    // Its cache was too small for hours.
    [InlineData(null, null, "512Mi", null, 3, "768Mi")]
    // Without a limit it has what the node has: nothing is recommended, nor any more.
    [InlineData(null, null, null, null, 3, null)]
    [InlineData("384Mi", null, null, null, 3, null)]
    [InlineData("384Mi", "256Mi", null, null, 0, "384Mi")]
    // What was recommended stays until a pod with that much has too little, however often one with less had.
    [InlineData("384Mi", null, "256Mi", null, 0, "384Mi")]
    [InlineData("384Mi", null, "256Mi", "OOMKilled", 9, "384Mi")]
    [InlineData("768Mi", null, "256Mi", "OOMKilled", 0, "768Mi")]
    [InlineData("384Mi", null, "384Mi", "OOMKilled", 0, "576Mi")]
    // The resource says as much.
    [InlineData("384Mi", "384Mi", "384Mi", null, 0, null)]
    [InlineData("384Mi", "1Gi", "256Mi", "OOMKilled", 0, null)]
    [InlineData("384Mi", "256Mi", "256Mi", null, 0, "384Mi")]
    [InlineData("nonsense", null, "256Mi", null, 0, null)]
    public void More_is_recommended_when_a_pod_had_too_little(
        string? previous, string? declared, string? limit, string? end, int fullHours, string? expected)
    {
        var before = previous is null ? null : new RecommendationStatus { Memory = previous, Message = "before" };
        var now = MemoryRecommendation.Decide(
            before, declared is null ? null : Quantity.Parse(declared), [Pod(limit, end, fullHours)]);
        Assert.Equal(expected, now?.Memory);
        if (expected == previous)
            Assert.Same(before, now);
    }

    [Fact]
    public void The_pod_that_had_most_decides_and_the_message_says_what_happened_to_it()
    {
        var found = MemoryRecommendation.Decide(
            null, null, [Pod("256Mi", "OOMKilled", 0), Pod("512Mi", null, 5), Pod("1Gi", null, 0)]);
        Assert.Equal("768Mi", found?.Memory);
        Assert.Contains("512Mi", found?.Message, StringComparison.Ordinal);
        Assert.Contains("had to be computed again", found?.Message, StringComparison.Ordinal);
    }

    /// <summary>While none is there, as during a replacement, it is not known what they have.</summary>
    [Fact]
    public void A_recommendation_outlives_the_pods()
    {
        var before = new RecommendationStatus { Memory = "384Mi", Message = "before" };
        Assert.Same(before, MemoryRecommendation.Decide(before, null, []));
    }

    [Theory]
    [InlineData(Limit, "1Gi", "{} {memory 512Mi}")]
    [InlineData($"autoMemory: {{ max: 2Gi }}, {Limit}", null, "{} {memory 512Mi}")]
    [InlineData($"autoMemory: {{ max: 2Gi }}, {Limit}", "1Gi", "{memory 1Gi} {memory 1Gi}")]
    [InlineData($"autoMemory: {{ max: 2Gi }}, {Limit}", "3Gi", "{memory 2Gi} {memory 2Gi}")]
    [InlineData(
        "autoMemory: { max: 2Gi }, resources: { requests: { memory: 64Mi, cpu: 1 }, limits: { memory: 512Mi } }",
        "1Gi", "{cpu 1, memory 1Gi} {memory 1Gi}")]
    // Who follows the advice changes the pods once: the request is not raised first.
    [InlineData("autoMemory: { max: 2Gi }, resources: { limits: { memory: 1536Mi } }", "1Gi", "{} {memory 1536Mi}")]
    [InlineData("autoMemory: { max: 2Gi }, resources: { limits: { memory: 2Gi } }", "3Gi", "{} {memory 2Gi}")]
    // Where there was no limit there is none: it could kill what ran.
    [InlineData("autoMemory: { max: 2Gi }", "1Gi", "{} {}")]
    [InlineData("autoMemory: { max: 2Gi }, resources: { requests: { memory: 96Mi } }", "1Gi", "{memory 96Mi} {}")]
    public void The_pods_get_it_up_to_the_maximum_where_they_have_a_lower_limit(
        string server, string? recommended, string expected)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", $"server: {{ {server} }}");
        var pods = ServerPods.WithMemory(
            resource.Spec!.Server, resource.Spec.Server.AutoMemory,
            recommended is null ? null : Quantity.Parse(recommended));
        Assert.Equal(expected, $"{Text(pods.Resources.Requests)} {Text(pods.Resources.Limits)}");
    }

    static string Text(ValueDictionary<Quantity> amounts) =>
        $"{{{string.Join(", ", amounts.Select(a => $"{a.Key} {a.Value}"))}}}";

    static ObservedPod Pod(string? limit, string? end, int fullHours) => new(
        new Pod
        {
            Metadata = new() { Name = "pod" },
            Spec = new()
            {
                Containers =
                [
                    new()
                    {
                        Name = "server",
                        Image = "example.com/pyrepo:1",
                        Resources = limit is null
                            ? null : new() { Limits = new Dictionary<string, string> { ["memory"] = limit } },
                    },
                ],
            },
            Status = new()
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new()
                    {
                        Name = "server",
                        LastState = end is null ? null : new() { Terminated = new() { Reason = end, ExitCode = 137 } },
                    },
                ],
            },
        },
        new ServerReport { Memory = new MemoryReport(64L << 20, fullHours) }, Scenario.Now);
}
