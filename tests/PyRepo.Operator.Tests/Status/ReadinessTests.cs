using System.Globalization;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

public sealed class ReadinessTests
{
    static readonly DeclaredResource s_hosted =
        YamlObjects.Make("PythonRepository", "team-a", "ingress: { className: nginx, host: pypi.example.com, tls: {} }");

    static readonly DeclaredResource s_group =
        YamlObjects.Make("RepositoryGroup", "all", "members: [ { kind: PythonRepository, name: ours }, { kind: ProxyRepository, name: pypi } ]");

    static readonly Facts s_running = Situation.Running(s_hosted);

    /// <summary>The Deployment's controller has not seen its last change yet.</summary>
    static readonly Facts s_changed = WithDeployment(d => d with { Metadata = d.Metadata with { Generation = 2 } });

    [Fact]
    public void A_repository_whose_server_runs_with_its_resource_is_ready()
    {
        var status = StatusWriter.Of(s_running, new ResourceStatus());
        Assert.Equal(
            ["Ready True Ready", "StorageReady True Ready", "ServerAvailable True Available", "IngressReady True Ready"], Told(status));
        Assert.Equal("https://pypi.example.com/", status.Url);
        Assert.Equal((12, 140L, "1177Mi", 1, 3L), (status.Projects, status.Files, status.Size, status.Replicas, status.ObservedGeneration));
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
        { "image not pulled", "ImagePullFailed", true },
        { "container refused", "ContainerRefused", true },
        { "out of memory", "OutOfMemory", true },
        { "crashing", "ServerCrashes", true },
        { "crashing on a new field", "ServerTooOld", true },
        { "unknown field", "ServerTooOld", true },
        { "refused configuration", "ConfigurationRefused", true },
        { "missing secret", "ReferenceMissing", true },
        { "opening repository", "Starting", false },
        { "closed repository", "RepositoryClosed", true },
        { "damaged repository", "RepositoryClosed", true },
        { "deadline exceeded", "RolloutStuck", true },
        { "quota", "PodsRefused", true },
        { "foreign object", "ResourceConflict", true },
        { "write refused", "WriteFailed", true },
    };

    [Theory]
    [MemberData(nameof(Seen))]
    public void What_is_in_the_way_is_told_and_only_faults_make_it_false(string seen, string reason, bool isFault)
    {
        var status = StatusWriter.Of(See(seen), new ResourceStatus());
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
    public void A_deployment_that_somebody_annotates_is_no_news_while_its_pods_are_as_wanted()
    {
        var before = StatusWriter.Of(s_running, new ResourceStatus());
        Assert.True(before.Says(StatusWriter.Of(s_changed, before)));
    }

    [Fact]
    public void A_missing_secret_is_named_in_the_servers_words()
    {
        var ready = StatusWriter.Of(See("missing secret"), new ResourceStatus()).Find("Ready")!;
        Assert.Contains("the Secret \"users\" is not there", ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_opens_its_repository_says_why_it_waits_and_what_was_counted_stays()
    {
        var before = StatusWriter.Of(s_running, new ResourceStatus());
        var status = StatusWriter.Of(See("opening repository"), before);
        Assert.Contains("in use by the process 1", status.Find("Ready")!.Message, StringComparison.Ordinal);
        Assert.Equal((before.Projects, before.Files, before.Size), (status.Projects, status.Files, status.Size));
    }

    [Fact]
    public void A_fault_is_told_before_something_that_is_on_its_way()
    {
        var facts = See("claim pending");
        facts = facts.WithPods(s => Waiting(s, "ImagePullBackOff", "not found"));
        Assert.Equal("ImagePullFailed", Readiness.First(facts)?.Reason);
    }

    [Fact]
    public void A_refused_resource_is_stalled_and_what_is_known_of_its_children_stays()
    {
        var before = StatusWriter.Of(s_running, new ResourceStatus());
        var refused = YamlObjects.Make("PythonRepository", "team-a", "server: { image: \"evil.example.com/x:1\" }").WithGeneration(4);
        var status = StatusWriter.Of(Situation.Running(refused), before);
        Assert.Equal(
            ["Ready False ImageNotAllowed", "Stalled True ImageNotAllowed", "StorageReady True Ready", "ServerAvailable True Available",
                "IngressReady True Ready"],
            Told(status));
        Assert.Equal(4, status.ObservedGeneration);
    }

    [Fact]
    public void A_suspended_repository_is_ready_when_its_pods_are_gone()
    {
        var facts = Situation.Running(YamlObjects.Make("PythonRepository", "team-a", "suspend: true"));
        Assert.Equal(["Ready True Suspended", "StorageReady True Ready", "ServerAvailable False Suspended"],
            Told(StatusWriter.Of(facts, new ResourceStatus())));
        var ending = facts.Seeing(o => o with { Deployment = o.Deployment! with { Status = o.Deployment.Status! with { Replicas = 1 } } });
        Assert.Equal("Suspending", Readiness.First(ending)?.Reason);
    }

    [Fact]
    public void A_paused_resource_says_so_and_keeps_what_was_known()
    {
        var before = StatusWriter.Of(s_running, new ResourceStatus());
        var paused = StatusWriter.Paused(s_hosted.WithGeneration(9), before, Situation.Now.AddHours(1));
        Assert.Equal("Ready Unknown Paused", Told(paused)[0]);
        Assert.Equal((3L, 12), (paused.ObservedGeneration, paused.Projects));
        Assert.True(paused.Says(StatusWriter.Paused(s_hosted.WithGeneration(10), paused, Situation.Now.AddHours(2))));
    }

    [Fact]
    public void A_member_that_is_down_leaves_the_group_ready()
    {
        var facts = Situation.Running(s_group).Seeing(o => o with
        {
            Members =
            [
                new("PythonRepository", "ours", true, new Condition { Type = "Ready", Status = "True" }),
                new("ProxyRepository", "pypi", true, new Condition { Type = "Ready", Status = "False", Message = "No disk." }),
            ],
        });
        var status = StatusWriter.Of(facts, new ResourceStatus());
        Assert.Equal(["Ready True Ready", "ServerAvailable True Available", "MembersReady False MemberNotReady"], Told(status));
        Assert.Equal("No disk.", status.Members![1].Message);
        Assert.Null(status.Size);
    }

    [Fact]
    public void An_upstream_that_is_down_leaves_the_proxy_ready()
    {
        var facts = Situation.Running(YamlObjects.Make("ProxyRepository", "pypi")).Answering(r => r with
        {
            Repositories = [r.Repositories[0] with { Upstream = new(false, null) }],
        });
        Assert.Equal(
            ["Ready True Ready", "StorageReady True Ready", "ServerAvailable True Available", "UpstreamReachable False Unreachable"],
            Told(StatusWriter.Of(facts, new ResourceStatus())));
    }

    [Fact]
    public void An_operator_of_some_namespaces_does_not_judge_classes_it_cannot_read()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a");
        var around = Situation.Around with { StorageClass = null, IngressClass = null, Claim = ClaimManifest.Of(resource, Situation.Around) };
        var facts = Situation.Running(resource, around, Situation.Settings with { Scope = WatchScope.Own })
            .Seeing(o => o with { ClaimEvent = "storageclass \"fast\" not found" });
        var finding = Readiness.First(facts)!;
        Assert.Equal("ClaimPending", finding.Reason);
        Assert.Contains("storageclass \"fast\" not found", finding.Message, StringComparison.Ordinal);
    }

    static Facts See(string what) => what switch
    {
        "no deployment yet" => s_running.Seeing(o => o with { Deployment = null, Pods = [] }),
        "deployment not observed" => s_changed.Seeing(o => o with
        {
            Pods = [.. o.Pods, o.Pods[0] with { Pod = o.Pods[0].Pod with { Metadata = new() { Name = "old" } } }],
        }),
        "no pod ready" => s_running.WithPods(s => s with { Conditions = [new() { Type = "Ready", Status = "False" }] }),
        "pod of an older template" => s_running.Seeing(o => o with
        {
            Pods = [o.Pods[0] with { Pod = o.Pods[0].Pod with { Metadata = new() { Name = "old" } } }],
        }),
        "no answer yet" => s_running.Seeing(o => o with { Pods = [o.Pods[0] with { Report = null }] }),
        "another hash" => s_running.Answering(r => r with { Hash = "0" }),
        "half rolled out" => WithDeployment(d => d with { Status = d.Status! with { UpdatedReplicas = 0 } }),
        "route missing" => s_running.Seeing(o => o with { HasRoute = false }),
        "claim pending" => Around(a => a with { Claim = a.Claim! with { Status = new() { Phase = "Pending" } } }),
        "unschedulable" => s_running.WithPods(s => s with
        {
            Conditions = [new() { Type = "PodScheduled", Status = "False", Message = "0/3 nodes are available" }],
        }),
        "claim lost" => Around(a => a with { Claim = a.Claim! with { Status = new() { Phase = "Lost" } } }),
        "claim deleted" => Around(a => a with
        {
            Claim = a.Claim! with { Metadata = a.Claim.Metadata with { DeletionTimestamp = Situation.Now } },
        }),
        "class missing" => Around(a => a with { Claim = a.Claim! with { Status = new() { Phase = "Pending" } }, StorageClass = null }),
        "no default class" => Around(a => a with
        {
            Claim = a.Claim! with { Spec = a.Claim.Spec! with { StorageClassName = null }, Status = null },
            StorageClass = null,
        }),
        "class does not grow" => Situation.Running(
            YamlObjects.Make("PythonRepository", "team-a", "storage: { persistentVolumeClaim: { size: 50Gi } }"),
            Situation.AroundRunning(s_hosted) with { StorageClass = new() { Metadata = new() { Name = "fixed" } } }),
        "ingress class missing" => Around(a => a with { IngressClass = null }),
        "no default ingress class" => Elsewhere("ingress: { host: pypi.example.com }", a => a with { IngressClass = null }),
        "no Gateway API" => Elsewhere(
            "gateway: { parentRefs: [ { name: public } ], hostnames: [ pypi.example.com ] }",
            a => a with { KnowsHttpRoutes = false }),
        "host taken" => Around(a => a with
        {
            OtherHosts = [new(new DataOwner("PythonRepository", "other", "x"), "pypi.example.com", "/", default, true)],
        }),
        "image not pulled" => s_running.WithPods(s => Waiting(s, "ErrImagePull", "not found")),
        "container refused" => s_running.WithPods(s => Waiting(s, "CreateContainerConfigError", "no such key")),
        "out of memory" => s_running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "", "OOMKilled")),
        "crashing" => s_running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "--data: can't be kept there")),
        "crashing on a new field" => s_running.WithPods(
            s => Waiting(s, "CrashLoopBackOff", "back-off", "resource.yaml:7:3: spec.novel: is not a known field")),
        "unknown field" => s_running.Answering(
            r => r with { Hash = "0", Problems = ["resource.yaml:7:3: spec.novel: is not a known field"] }),
        "refused configuration" => s_running.Answering(r => r with { Hash = "0", Problems = ["resource.yaml: cannot be read"] }),
        "missing secret" => s_running.Answering(r => r with { BadReferences = ["spec.access: the Secret \"users\" is not there"] }),
        "closed repository" => s_running.Answering(
            r => r with { Repositories = [r.Repositories[0] with { Ready = false, Message = "is not supported yet" }] }),
        "opening repository" => Saying("waits: '/data/repository' is in use by the process 1"),
        "damaged repository" => Saying("can't be opened: it belongs to the ProxyRepository 'x'"),
        "deadline exceeded" => WithCondition("Progressing", "False", notReady: true),
        "quota" => WithCondition("ReplicaFailure", "True"),
        "foreign object" => s_running.Seeing(o => o with { Conflict = new() { Kind = "Service", Name = "team-a" } }),
        "write refused" => s_running.Seeing(o => o with { WriteFailure = "The API server refused the Deployment: quota." }),
        _ => throw new ArgumentException(what, nameof(what)),
    };

    static PodStatus Waiting(PodStatus status, string reason, string message, string? log = null, string end = "Error") => status with
    {
        Conditions = [new() { Type = "Ready", Status = "False" }],
        ContainerStatuses =
        [
            new()
            {
                Name = "server",
                Image = "registry.example.com/pyrepo:1.0",
                State = new() { Waiting = new() { Reason = reason, Message = message } },
                LastState = log is null ? null : new() { Terminated = new() { Reason = end, ExitCode = 1, Message = log } },
            },
        ],
    };

    static Facts Around(Func<Surroundings, Surroundings> change) =>
        Situation.Running(s_hosted, change(Situation.AroundRunning(s_hosted)));

    static Facts Elsewhere(string spec, Func<Surroundings, Surroundings> change)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", spec);
        return Situation.Running(resource, change(Situation.AroundRunning(resource)));
    }

    static Facts WithDeployment(Func<Deployment, Deployment> change) =>
        s_running.Seeing(o => o with { Deployment = change(o.Deployment!) });

    /// <summary>A pod that is not ready, and whose server says why.</summary>
    static Facts Saying(string message) => s_running.Seeing(o => o with
    {
        Pods = [.. o.Pods.Select(p => p with
        {
            Pod = p.Pod with { Status = new() { Phase = "Running" } },
            Report = p.Report! with
            {
                Repositories = [p.Report.Repositories[0] with { Ready = false, Message = message }],
            },
        })],
    });

    static Facts WithCondition(string type, string status, bool notReady = false)
    {
        var facts = WithDeployment(d => d with
        {
            Status = d.Status! with { Conditions = [new() { Type = type, Status = status, Message = "in Kubernetes' words" }] },
        });
        return notReady ? facts.WithPods(s => s with { Conditions = [] }) : facts;
    }

    static List<string> Told(ResourceStatus status) =>
        [.. status.Conditions.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Type} {c.Status} {c.Reason}"))];
}
