using System.Text;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

/// <summary>What a resource shows of its bucket, which only its servers see.</summary>
public sealed class BucketTests
{
    const string Bucket = "storage: { bucket: { name: packages, region: eu-west-1 } }";

    [Theory]
    [InlineData("Create the bucket.", "NoSuchBucket: Create the bucket.")]
    [InlineData("can't be opened: NoSuchBucket: Create the bucket.", "NoSuchBucket: Create the bucket.")]
    [InlineData("", "NoSuchBucket")]
    public void A_bucket_that_is_refused_is_a_fault_with_the_code_and_what_to_do(string message, string shown) =>
        Assert.Equal(
            $"False BucketNotReady The bucket packages cannot be used: {shown}",
            StorageReady(
                Bucket, $$"""{ "conditionalWrites": true, "code": "NoSuchBucket", "message": "{{message}}" }"""));

    [Fact]
    public void A_servers_report_on_conditional_writes_is_ignored_until_it_is_ready()
    {
        var storage = new StorageReport { Code = "Unreachable", Message = "Wait." };
        var inputs = Scenario.Running(YamlObjects.Make("PythonRepository", "team-a", Bucket)).Answering(r => r with
        {
            Repositories =
                [r.Repositories[0] with { Ready = false, Storage = storage with { ConditionalWrites = true } }],
        });
        Assert.Equal(storage, inputs.Servers.Storage);
    }

    [Fact]
    public void A_healthy_bucket_is_ready() => Assert.Equal(
        "True Ready The storage is ready.",
        StorageReady(Bucket, """{ "conditionalWrites": true, "code": null, "message": null }"""));

    [Theory]
    [InlineData(1, "True OneReplicaOnly The bucket is ready, but its service ignores conditional writes, which "
        + "replicas need: leave spec.server.replicas at 1.")]
    [InlineData(2, "False ConditionalWritesUnsupported The service that has the bucket ignores conditional writes, "
        + "which replicas need: set spec.server.replicas to 1.")]
    public void A_service_that_ignores_conditional_writes_allows_one_replica(int replicas, string condition) =>
        Assert.Equal(condition, StorageReady(
            $"{Bucket}, server: {{ replicas: {replicas} }}", """{ "conditionalWrites": false }"""));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Proof_that_conditional_writes_do_not_work_is_the_reason_however_many_replicas_there_are(int replicas) =>
        Assert.Equal(
            "False ConditionalWritesUnsupported ConditionalWritesUnsupported: The bucket's service lost it.",
            StorageReady(
                $"{Bucket}, server: {{ replicas: {replicas} }}",
                "{ \"conditionalWrites\": false, \"code\": \"ConditionalWritesUnsupported\", "
                + "\"message\": \"The bucket's service lost it.\" }"));

    [Theory]
    [InlineData("", "True True")]
    [InlineData(", server: { replicas: 2 }", "False False")]
    public void The_resource_is_ready_with_one_replica_and_stalled_with_more(string server, string expected)
    {
        var status = Status(Bucket + server, """{ "conditionalWrites": false }""");
        var stalled = status.Find(StatusConditions.Stalled) is not { IsTrue: true };
        Assert.Equal(expected, $"{status.Find(StatusConditions.Ready)!.Status} {stalled}");
    }

    static string StorageReady(string spec, string storage) =>
        Status(spec, storage).Find("StorageReady") is { } found ? $"{found.Status} {found.Reason} {found.Message}" : "";

    static ResourceStatus Status(string spec, string storage)
    {
        var report = ServerReport.Read(Encoding.UTF8.GetBytes(
            $$"""{ "repositories": [ { "storage": {{storage}} } ] }"""))!;
        var inputs = Scenario.Running(YamlObjects.Make("PythonRepository", "team-a", spec)).Answering(r => r with
        {
            Repositories = [r.Repositories[0] with { Storage = report.Repositories[0].Storage }],
        });
        return StatusWriter.Create(inputs, new ResourceStatus());
    }
}
