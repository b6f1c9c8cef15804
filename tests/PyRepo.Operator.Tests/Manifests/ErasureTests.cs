using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>How the data of a deleted resource in a bucket are erased.</summary>
public sealed class ErasureTests
{
    const string Bucket = "bucket: { name: packages, endpoint: \"http://minio:9000\", prefix: team-a }";
    const string Place = "the bucket packages at http://minio:9000 below team-a";

    static readonly DeclaredResource _deleted = Resource($"storage: {{ {Bucket}, deletionPolicy: Delete }}");
    static readonly DesiredState _desired = DesiredState.From(_deleted, Scenario.Inputs, Scenario.Settings with
    {
        NetworkPolicy = new NetworkPolicySettings { Enabled = true },
    });

    [Fact]
    public void First_the_server_stops_then_its_Deployment_goes_then_its_pods_and_then_the_Job_runs()
    {
        Assert.Equal(ErasureStep.StopServer, Next(Server(replicas: 1)).Step);
        Assert.Equal(ErasureStep.Wait, Next(Server(replicas: 0, observed: 1)).Step);
        Assert.Equal(ErasureStep.Wait, Next(Server(replicas: 0, left: 1)).Step);
        Assert.Equal(ErasureStep.RemoveChildren, Next(Server(replicas: 0)).Step);
        var waits = Next(null, pods: [Pod("Running")]);
        Assert.Equal((ErasureStep.RemoveChildren, "The pod team-a-x is terminating."), (waits.Step, waits.Message));
        Assert.Equal(ErasureStep.Erase, Next(null).Step);
        Assert.Equal(ErasureStep.Erase, Next(null, pods: [Pod("Failed")]).Step);
        Assert.Equal(ErasureStep.RemoveChildren, Next(null, job: new Job()).Step);
    }

    [Fact]
    public void Where_the_garbage_collector_already_deletes_the_Deployment_it_is_not_scaled() => Assert.Equal(
        ErasureStep.RemoveChildren,
        Next(Server(replicas: 1) with { Metadata = new() { DeletionTimestamp = Scenario.Now } }).Step);

    [Fact]
    public void A_Deployment_that_a_deletion_orphans_stays_at_no_replicas()
    {
        var orphan = Server(replicas: 0);
        Assert.Equal(
            ErasureStep.Erase,
            Next(orphan with { Metadata = orphan.Metadata with { OwnerReferences = null } }).Step);
    }

    [Theory]
    [InlineData("Complete", false, $"The Job team-a-erase-0000 erased the data in {Place}.")]
    [InlineData("Failed", true, "The data stay: the Job team-a-erase-0000 failed (too often). Its log shows why. Erase "
        + $"them in {Place}.")]
    public void The_resource_is_deleted_when_the_Job_ends_whether_or_not_the_data_were_erased(
        string end, bool isWarning, string message) =>
        Assert.Equal(
            new Erasure(ErasureStep.Release, message, isWarning, IsErased: !isWarning), Next(null, job: Ended(end)));

    [Fact]
    public void Data_that_are_no_longer_to_be_deleted_are_not_erased() => Assert.Equal(
        ErasureStep.Release,
        Erasure.Next(Resource($"storage: {{ {Bucket} }}"), null, Server(replicas: 1), [], null).Step);

    [Fact]
    public void A_rejected_resource_is_deleted_and_its_data_are_kept()
    {
        var next = Erasure.Next(_deleted, new Rejection(Reason.ImageNotAllowed, "No."), Server(replicas: 1), [], null);
        Assert.Equal((ErasureStep.Release, true), (next.Step, next.IsWarning));
        Assert.Equal(
            $"The data stay: the resource is rejected (ImageNotAllowed): No. Erase them in {Place}.", next.Message);
    }

    [Theory]
    [InlineData(14, ErasureStep.Wait)]
    [InlineData(16, ErasureStep.Release)]
    public void A_Job_that_cannot_be_created_is_tried_for_a_quarter_of_an_hour(int minutes, ErasureStep step) =>
        Assert.Equal(step, Erasure.OfFailure(_deleted, "no quota", Scenario.Now.AddMinutes(minutes)).Step);

    [Fact]
    public void The_Job_runs_the_servers_image_with_its_configuration_and_identity_and_no_labels_of_servers()
    {
        var job = ErasureManifest.GetJob(_deleted, _desired);
        var (pod, server) = (job.Spec!.Template!.Spec, _desired.Deployment!.Spec!.Template.Spec);
        var container = Assert.Single(pod.Containers);
        Assert.Equal(
            "erase -f /etc/pyrepo --data /var/lib/pyrepo --root team-a", string.Join(' ', container.Args!));
        Assert.Equal(
            (server.Containers[0].Image, server.ServiceAccountName, server.Containers[0].Env, server.SecurityContext),
            (container.Image, pod.ServiceAccountName, container.Env, pod.SecurityContext));
        Assert.Equal(("Never", false), (pod.RestartPolicy, pod.AutomountServiceAccountToken!.Value));
        Assert.Equal(["pyrepo.dev/erases"], job.Spec.Template.Metadata!.Labels!.Keys);
        Assert.Equal(server.Volumes!.Select(v => v.Name), pod.Volumes!.Select(v => v.Name));
        Assert.Null(pod.Volumes![0].Projected!.Sources[0].ConfigMap!.Optional);
        Assert.Null(job.Metadata.OwnerReferences);
    }

    [Fact]
    public void Objects_that_the_Job_needs_are_owned_by_it_and_deleted_with_it()
    {
        Assert.Equal(
            ["ServiceAccount team-a-server", "ConfigMap team-a-config", "NetworkPolicy team-a-erase-0000"],
            ErasureManifest.GetNeeds(_deleted, _desired, null).Select(o => $"{o.Identity.Kind} {o.Identity.Key.Name}"));
    }

    static Erasure Next(Deployment? server, Pod[]? pods = null, Job? job = null) =>
        Erasure.Next(_deleted, null, server, pods ?? [], job);

    static Deployment Server(int replicas, long observed = 2, int left = 0) => _desired.Deployment! with
    {
        Metadata = _desired.Deployment.Metadata with { Generation = 2 },
        Spec = _desired.Deployment.Spec! with { Replicas = replicas },
        Status = new() { ObservedGeneration = observed, Replicas = left },
    };

    static Pod Pod(string phase) => new() { Metadata = new() { Name = "team-a-x" }, Status = new() { Phase = phase } };

    static Job Ended(string type) => new()
    {
        Status = new() { Conditions = [new() { Type = type, Status = "True", Message = "too often" }] },
    };

    static DeclaredResource Resource(string spec)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", spec);
        return DeclaredResource.Read(resource.Source with
        {
            Metadata = resource.Source.Metadata with { DeletionTimestamp = Scenario.Now },
        });
    }
}
