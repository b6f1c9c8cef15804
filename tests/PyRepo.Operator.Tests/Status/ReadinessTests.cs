using System.Globalization;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

public sealed class ReadinessTests
{
    static readonly DeclaredResource _group =
        YamlObjects.Make("RepositoryGroup", "all",
            "members: [ { kind: PythonRepository, name: ours }, { kind: ProxyRepository, name: pypi } ]");

    [Fact]
    public void A_repository_whose_server_runs_with_its_resource_is_ready()
    {
        var status = StatusWriter.Create(ReadinessFixture.Running, new ResourceStatus());
        Assert.Equal(
            ["Ready True Ready", "StorageReady True Ready", "ServerAvailable True Available",
                "IngressReady True Ready"],
            Told(status));
        Assert.Equal("https://pypi.example.com/", status.Url);
        Assert.Equal((12, 140L, "1177Mi", 1, 3L),
            (status.Projects, status.Files, status.Size, status.Replicas, status.ObservedGeneration));
        Assert.Equal("pyrepo.dev/kind=PythonRepository,pyrepo.dev/name=team-a", status.Selector);
        Assert.Equal(("PersistentVolumeClaim", "1.0"), (status.Storage, status.ServerVersion));
    }

    /// <summary>What is seen, the reason that is told, and whether somebody has to do something.</summary>
    public static TheoryData<string, string, bool> Seen => new()
    {
        { "no deployment yet", "Starting", false },
        { "deployment not observed", "Starting", false },
        { "no pod ready", "Starting", false },
        { "pod of an older template", "Starting", false },
        { "no answer yet", "Starting", false },
        { "another hash", "ConfigurationSpreading", false },
        { "half rolled out", "RollingOut", false },
        { "none available", "RollingOut", false },
        { "route missing", "RoutePending", false },
        { "claim pending", "ClaimPending", false },
        { "unschedulable", "Unschedulable", false },
        { "claim lost", "ClaimLost", true },
        { "claim deleted", "ClaimDeleted", true },
        { "class missing", "StorageClassNotFound", true },
        { "no default class", "NoDefaultStorageClass", true },
        { "class does not grow", "StorageNotExpandable", true },
        { "ingress class missing", "IngressClassNotFound", true },
        { "no default ingress class", "NoDefaultIngressClass", true },
        { "no Gateway API", "GatewayApiMissing", true },
        { "host taken", "HostTaken", true },
        { "server unreachable", "ServerUnreachable", true },
        { "server not reached yet", "Starting", false },
        { "image not pulled", "ImagePullFailed", true },
        { "container refused", "ContainerRejected", true },
        { "out of memory", "OutOfMemory", true },
        { "crashing", "ServerCrashes", true },
        { "crashing on a new field", "ServerTooOld", true },
        { "old server crashing on a new field", "ServerTooOld", true },
        { "unknown field", "ServerTooOld", true },
        { "unknown field of an old server", "ServerTooOld", true },
        { "reason of a newer server", "ConfigurationRejected", true },
        { "refused configuration", "ConfigurationRejected", true },
        { "missing secret", "ReferenceMissing", true },
        { "opening repository", "Starting", false },
        { "bucket not ready", "BucketNotReady", false },
        { "claim for a bucket without ConfigMap", "ClaimNotBound", false },
        { "claim for a bucket past the deadline", "ClaimNotBound", true },
        { "closed repository", "RepositoryUnavailable", true },
        { "damaged repository", "RepositoryUnavailable", true },
        { "damaged repository of an old server", "RepositoryUnavailable", true },
        { "deadline exceeded", "RolloutStuck", true },
        { "quota", "PodsRejected", true },
        { "foreign object", "ResourceConflict", true },
        { "write refused", "WriteFailed", true },
    };

    [Theory]
    [InlineData("scaled, not observed")]
    [InlineData("scaled, starting")]
    public void A_server_that_is_scaled_stays_ready(string seen) =>
        Assert.Null(Readiness.FirstFailure(ReadinessFixture.From(seen)));

    [Theory]
    [MemberData(nameof(Seen))]
    public void Obstacles_are_reported_and_only_faults_make_Ready_False(string seen, string reason, bool isFault)
    {
        var status = StatusWriter.Create(ReadinessFixture.From(seen), new ResourceStatus());
        var ready = status.Find("Ready")!;
        Assert.Equal((reason, isFault ? "False" : "Unknown"), (ready.Reason, ready.Status));
        Assert.Equal(isFault, status.Find("Stalled") is not null);
        Assert.Equal(!isFault, status.Find("Reconciling") is not null);
        Assert.All(status.Conditions, condition =>
        {
            Assert.False(string.IsNullOrEmpty(condition.Reason));
            Assert.False(string.IsNullOrEmpty(condition.Message));
            Assert.Equal(3, condition.ObservedGeneration);
        });
    }

    [Fact]
    public void An_annotated_Deployment_causes_no_status_change_while_its_pods_are_as_desired()
    {
        var before = StatusWriter.Create(ReadinessFixture.Running, new ResourceStatus());
        Assert.True(before.IsEquivalentTo(StatusWriter.Create(ReadinessFixture.Changed, before)));
    }

    [Fact]
    public void A_missing_Secret_is_reported_with_the_servers_message()
    {
        var ready = StatusWriter.Create(ReadinessFixture.From("missing secret"), new ResourceStatus()).Find("Ready")!;
        Assert.Contains("the Secret \"users\" is not there", ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_opening_its_repository_says_why_and_keeps_the_last_counts()
    {
        var before = StatusWriter.Create(ReadinessFixture.Running, new ResourceStatus());
        var status = StatusWriter.Create(ReadinessFixture.From("opening repository"), before);
        Assert.Contains("in use by the process 1", status.Find("Ready")!.Message, StringComparison.Ordinal);
        Assert.Equal((before.Projects, before.Files, before.Size), (status.Projects, status.Files, status.Size));
    }

    [Fact]
    public void A_fault_is_reported_before_progress()
    {
        var inputs = ReadinessFixture.From("claim pending");
        inputs = inputs.WithPods(s => ReadinessFixture.Waiting(s, "ImagePullBackOff", "not found"));
        Assert.Equal("ImagePullFailed", Readiness.FirstFailure(inputs)?.Reason);
    }

    [Fact]
    public void A_rejected_resource_is_stalled_and_the_status_of_its_children_is_kept()
    {
        var before = StatusWriter.Create(ReadinessFixture.Running, new ResourceStatus());
        var refused = YamlObjects.Make("PythonRepository", "team-a", "server: { image: \"evil.example.com/x:1\" }")
            .WithGeneration(4);
        var status = StatusWriter.Create(Scenario.Running(refused), before);
        Assert.Equal(
            ["Ready False ImageNotAllowed", "Stalled True ImageNotAllowed", "StorageReady True Ready",
                "ServerAvailable True Available", "IngressReady True Ready"],
            Told(status));
        Assert.Equal(4, status.ObservedGeneration);
    }

    [Fact]
    public void A_suspended_repository_is_ready_when_its_pods_are_gone()
    {
        var inputs = Scenario.Running(YamlObjects.Make("PythonRepository", "team-a", "suspend: true"));
        Assert.Equal(["Ready True Suspended", "StorageReady True Ready", "ServerAvailable False Suspended"],
            Told(StatusWriter.Create(inputs, new ResourceStatus())));
        var ending = inputs.Seeing(
            o => o with { Deployment = o.Deployment! with { Status = o.Deployment.Status! with { Replicas = 1 } } });
        Assert.Equal("Suspending", Readiness.FirstFailure(ending)?.Reason);
    }

    [Fact]
    public void A_repository_with_fields_that_do_nothing_is_ready_and_names_them()
    {
        var inputs = ReadinessFixture.Running.Answering(r => r with
        {
            NotSupportedYet = ["spec.retention: not supported yet", "spec.access.serviceAccounts: not supported yet"],
        });
        var status = StatusWriter.Create(inputs, new ResourceStatus());
        Assert.Equal(
            ["Ready True FieldsNotSupported", "StorageReady True Ready", "ServerAvailable True Available",
                "IngressReady True Ready", "UnsupportedFields True FieldsNotSupported"],
            Told(status));
        Assert.Equal(
            "Serves at https://pypi.example.com/, but without spec.access.serviceAccounts, spec.retention",
            status.Find("Ready")!.Message);
        Assert.EndsWith(
            ": spec.access.serviceAccounts, spec.retention", status.Find("UnsupportedFields")!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_do_nothing_are_named_until_a_server_reports_none()
    {
        var without = ReadinessFixture.Running.Answering(
            r => r with { NotSupportedYet = ["spec.retention: not supported yet"] });
        var before = StatusWriter.Create(without, new ResourceStatus());
        var silent = StatusWriter.Create(ReadinessFixture.From("no answer yet"), before);
        Assert.Equal(before.Find("UnsupportedFields"), silent.Find("UnsupportedFields"));
        Assert.Null(StatusWriter.Create(ReadinessFixture.Running, silent).Find("UnsupportedFields"));
    }

    [Fact]
    public void A_paused_resource_says_so_and_keeps_its_last_status()
    {
        var before = StatusWriter.Create(ReadinessFixture.Running, new ResourceStatus());
        var paused = StatusWriter.Paused(ReadinessFixture.Hosted.WithGeneration(9), before, Scenario.Now.AddHours(1));
        Assert.Equal("Ready Unknown Paused", Told(paused)[0]);
        Assert.Equal((3L, 12), (paused.ObservedGeneration, paused.Projects));
        Assert.True(paused.IsEquivalentTo(
            StatusWriter.Paused(ReadinessFixture.Hosted.WithGeneration(10), paused, Scenario.Now.AddHours(2))));
    }

    [Fact]
    public void A_member_that_is_down_leaves_the_group_ready()
    {
        var inputs = Scenario.Running(_group).Seeing(o => o with
        {
            Members =
            [
                new("PythonRepository", "ours", true, new Condition { Type = "Ready", Status = "True" }),
                new("ProxyRepository", "pypi", true,
                    new Condition { Type = "Ready", Status = "False", Message = "No disk." }),
            ],
        });
        var status = StatusWriter.Create(inputs, new ResourceStatus());
        Assert.Equal(
            ["Ready True Ready", "ServerAvailable True Available", "MembersReady False MemberNotReady"], Told(status));
        Assert.Equal("No disk.", status.Members![1].Message);
        Assert.Null(status.Size);
    }

    [Fact]
    public void An_upstream_that_is_down_leaves_the_proxy_ready()
    {
        var inputs = Scenario.Running(YamlObjects.Make("ProxyRepository", "pypi")).Answering(r => r with
        {
            Repositories = [r.Repositories[0] with { Upstream = new(false, null) }],
        });
        Assert.Equal(
            ["Ready True Ready", "StorageReady True Ready", "ServerAvailable True Available",
                "UpstreamReachable False Unreachable"],
            Told(StatusWriter.Create(inputs, new ResourceStatus())));
    }

    [Fact]
    public void Downloads_of_what_an_advisory_names_are_a_condition_with_the_command_that_names_the_callers()
    {
        var served = Scenario.Running(YamlObjects.Make("ProxyRepository", "pypi")).Answering(
            report => Reporting(report, new CompromisedReport(3, 2, ["evil==1.0", "evil==1.1"])));
        var status = StatusWriter.Create(served, new ResourceStatus());
        Assert.Equal("True", status.Find("Ready")!.Status);
        var alarm = status.Find("CompromisedFilesServed")!;
        Assert.Equal(
            ("True", "CompromisedFilesServed", "3 downloads of 2 releases that advisories name: evil==1.0, evil==1.1. "
                + $"To list who has them: pyrepo recall evil==1.0 --url {status.Url}"),
            (alarm.Status, alarm.Reason, alarm.Message));

        // A pod that has just begun does not know it yet.
        var silent = served.Answering(report => Reporting(report, null));
        Assert.NotNull(StatusWriter.Create(silent, status).Find("CompromisedFilesServed"));
        var withdrawn = served.Answering(report => Reporting(report, new CompromisedReport(0, 0, [])));
        Assert.Null(StatusWriter.Create(withdrawn, status).Find("CompromisedFilesServed"));

        static ServerReport Reporting(ServerReport report, CompromisedReport? found) =>
            report with { Repositories = [report.Repositories[0] with { Compromised = found }] };
    }

    [Fact]
    public void Held_files_are_a_condition_that_leaves_the_proxy_ready_and_goes_with_them()
    {
        var held = Scenario.Running(YamlObjects.Make("ProxyRepository", "pypi")).Answering(
            report => Holding(report, new HeldFilesReport(2, ["'a-2.tar.gz' is held.", "'b-2.tar.gz' is held."])));
        var status = StatusWriter.Create(held, new ResourceStatus());
        Assert.Equal("True", status.Find("Ready")!.Status);
        Assert.Equal(
            ("True", "PublisherNotProved", "2 files are hidden by the policy (provenance 2): 'a-2.tar.gz' is held. "
                + "'b-2.tar.gz' is held."),
            (status.Find("FilesHeld")!.Status, status.Find("FilesHeld")!.Reason, status.Find("FilesHeld")!.Message));

        var attacked = StatusWriter.Create(held.Answering(report => Holding(report, new HeldFilesReport(3, [])
        {
            Rules = new Dictionary<string, int> { ["provenance"] = 1, ["guard"] = 2 },
        })), new ResourceStatus()).Find("FilesHeld")!;
        Assert.Equal("SignsOfAttack", attacked.Reason);
        Assert.StartsWith("3 files are hidden by the policy (guard 2, provenance 1): ", attacked.Message);

        var silent = StatusWriter.Create(held.Seeing(observed => observed with { Pods = [] }), status);
        Assert.NotNull(silent.Find("FilesHeld"));
        var released = held.Answering(report => Holding(report, new HeldFilesReport(0, [])));
        Assert.Null(StatusWriter.Create(released, status).Find("FilesHeld"));

        static ServerReport Holding(ServerReport report, HeldFilesReport held) =>
            report with { Repositories = [report.Repositories[0] with { Held = held }] };
    }

    [Fact]
    public void A_limit_of_the_cache_that_is_reached_is_a_condition_that_leaves_the_proxy_ready_and_goes_with_it()
    {
        var served = Scenario.Running(YamlObjects.Make("ProxyRepository", "pypi"));
        var limited = served.Answering(report => Limiting(report, "For 3 files there is no room."));
        var status = StatusWriter.Create(limited, new ResourceStatus());
        Assert.Equal("True", status.Find("Ready")!.Status);
        var condition = status.Find("CacheLimitReached")!;
        Assert.Equal(
            ("True", "CacheLimitReached", "For 3 files there is no room."),
            (condition.Status, condition.Reason, condition.Message));
        var silent = StatusWriter.Create(limited.Seeing(observed => observed with { Pods = [] }), status);
        Assert.NotNull(silent.Find("CacheLimitReached"));
        var raised = served.Answering(report => Limiting(report, null));
        Assert.Null(StatusWriter.Create(raised, status).Find("CacheLimitReached"));

        static ServerReport Limiting(ServerReport report, string? limit) =>
            report with { Repositories = [report.Repositories[0] with { CacheLimit = limit }] };
    }

    [Fact]
    public void An_operator_of_some_namespaces_does_not_judge_classes_it_cannot_read()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a");
        var cluster = Scenario.Inputs with
        {
            StorageClass = null,
            IngressClass = null,
            PersistentVolumeClaim = PersistentVolumeClaimManifest.Create(resource, Scenario.Inputs),
        };
        var inputs = Scenario.Running(resource, cluster, Scenario.Settings with { Scope = WatchScope.Own })
            .Seeing(o => o with { PersistentVolumeClaimEvent = "storageclass \"fast\" not found" });
        var result = Readiness.FirstFailure(inputs)!;
        Assert.Equal("ClaimPending", result.Reason);
        Assert.Contains("storageclass \"fast\" not found", result.Message, StringComparison.Ordinal);
    }

    static List<string> Told(ResourceStatus status) =>
        [.. status.Conditions.Select(
            c => string.Create(CultureInfo.InvariantCulture, $"{c.Type} {c.Status} {c.Reason}"))];
}
