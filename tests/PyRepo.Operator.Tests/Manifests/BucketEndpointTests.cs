using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class BucketEndpointTests
{
    [Theory]
    [InlineData("http://minio:80/", null)]
    [InlineData("https://minio", null, "StorageChangeRejected")]
    [InlineData("http://minio:9000", null, "StorageChangeRejected")]
    [InlineData("http://other", "https://other", "StorageChangeRejected")]
    [InlineData("http://other", "http://OTHER/", null)]
    [InlineData("", null, "StorageChangeRejected")]
    [InlineData("", "")]
    public void The_endpoint_of_a_bucket_may_change_only_in_spelling_or_after_a_declared_move(
        string endpoint, string? moved, string? reason = null)
    {
        var desired = DesiredState.From(WithBucketAt(endpoint, moved), Running, Scenario.Settings);
        Assert.Equal(reason, desired.Rejection?.Reason);
        Assert.Equal(reason is not null, desired.Objects.Count == 0);
    }

    [Fact]
    public void The_location_of_the_bucket_is_remembered_during_a_rollout()
    {
        var inputs = Running with { Deployment = DeploymentManifest.AsRollout(Running.Deployment!, Scenario.Now) };
        var desired = DesiredState.From(WithBucketAt("http://other"), inputs, Scenario.Settings);
        Assert.Equal("StorageChangeRejected", desired.Rejection?.Reason);
    }

    static ReconcileInputs Running { get; } = Scenario.Inputs with
    {
        Deployment = DesiredState.From(WithBucketAt("http://minio"), Scenario.Inputs, Scenario.Settings).Deployment,
    };

    static DeclaredResource WithBucketAt(string endpoint, string? moved = null) => YamlObjects.Make(
        "PythonRepository", "team-a",
        $$"""storage: { bucket: { name: packages, region: eu, endpoint: "{{endpoint}}" } }""",
        annotations: moved is null ? "{}" : $$"""{ pyrepo.dev/data-moved: "{{moved}}" }""");
}
