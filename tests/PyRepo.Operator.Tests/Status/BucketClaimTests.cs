using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

/// <summary>What a resource shows of the claim for its bucket, of which the operator reads nothing.</summary>
public sealed class BucketClaimTests
{
    const string Advice = "Create the claim in this namespace if it is not there; else see why with: kubectl describe "
        + "objectbucketclaim packages -n packages";

    [Fact]
    public void A_claim_without_ConfigMap_is_not_bound() => Assert.Equal(
        $"Unknown ClaimNotBound The ObjectBucketClaim packages is not bound: there is no ConfigMap packages. {Advice}",
        StorageReady(Claimed("claimRef: { name: packages }")));

    [Fact]
    public void A_claim_with_a_ConfigMap_and_a_server_that_is_ready_is_ready() => Assert.Equal(
        "True Ready The storage is ready.",
        StorageReady(Claimed("claimRef: { name: packages }").Seeing(o => o with { HasClaimConfigMap = true })));

    [Theory]
    [InlineData(16, true)]
    [InlineData(14, false)]
    public void A_pod_that_waits_for_its_volumes_lacks_the_Secret(int seconds, bool isSaid) => Assert.Equal(
        isSaid,
        StorageReady(Waiting(Claimed("claimRef: { name: packages }"), seconds)) ==
            "Unknown ClaimNotBound The ObjectBucketClaim packages is not bound: the pod pod-0 waits for its volumes, "
            + $"and so the Secret packages or a key is probably missing. {Advice}");

    [Theory]
    [InlineData("name: packages, region: eu", "storage: {")]
    [InlineData("claimRef: { name: packages }", "suspend: true, storage: {")]
    public void Without_a_claim_or_pods_that_wait_nothing_is_said_of_one(string bucket, string start) =>
        Assert.DoesNotContain(
            "ClaimNotBound", StorageReady(Waiting(Claimed(bucket, start), 60)), StringComparison.Ordinal);

    [Theory]
    [InlineData("claimRef: { name: packages }", "ceph-bkt-1", "ceph-bkt-1")]
    [InlineData("claimRef: { name: packages }", "Not A Bucket", null)]
    [InlineData("name: packages, region: eu", "ceph-bkt-1", null)]
    public void The_bucket_of_a_claim_is_noted_on_the_Deployment_and_told_to_later_servers(
        string bucket, string noted, string? told)
    {
        var resource = Resource(bucket);
        var deployment = DesiredState.From(resource, Scenario.Inputs, Scenario.Settings).Deployment!;
        Assert.False(deployment.Metadata.Annotations!.ContainsKey(Annotations.ClaimedBucket));
        var inputs = Scenario.Inputs with
        {
            Deployment = DeploymentManifest.With(deployment, (Annotations.ClaimedBucket, noted)),
        };
        var desired = DesiredState.From(resource, inputs, Scenario.Settings);
        Assert.Equal(told, desired.Deployment!.Metadata.Annotations!.GetValueOrDefault(Annotations.ClaimedBucket));
        var platform = desired.Configuration!.Documents.Single(d => d.Path == "platform.json").Text;
        Assert.Equal(
            told is not null, platform.Contains($"\"claimedBucket\":\"{told}\"", StringComparison.Ordinal));
    }

    static StatusInputs Waiting(StatusInputs inputs, int seconds) => inputs.Seeing(o => o with
    {
        HasClaimConfigMap = true,
        Pods =
        [
            .. o.Pods.Select(p => p with
            {
                Report = null,
                Pod = p.Pod with
                {
                    Metadata = p.Pod.Metadata with
                    {
                        CreationTimestamp = Scenario.Now - TimeSpan.FromSeconds(seconds),
                    },
                    Status = new()
                    {
                        Phase = "Pending",
                        Conditions =
                        [
                            new Condition { Type = "PodScheduled", Status = "True" },
                            new Condition { Type = "PodReadyToStartContainers", Status = "False" },
                        ],
                    },
                },
            }),
        ],
    });

    static StatusInputs Claimed(string bucket, string start = "storage: {") =>
        Scenario.Running(Resource(bucket, start));

    static DeclaredResource Resource(string bucket, string start = "storage: {") =>
        YamlObjects.Make("PythonRepository", "team-a", $"{start} bucket: {{ {bucket} }} }}");

    static string StorageReady(StatusInputs inputs) =>
        StatusWriter.Create(inputs, new ResourceStatus()).Find("StorageReady") is { } found
            ? $"{found.Status} {found.Reason} {found.Message}" : "";
}
