using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

/// <summary>A repository that runs, and what may be seen of it that is in its way.</summary>
static class ReadinessFixture
{
    internal static readonly DeclaredResource Hosted =
        YamlObjects.Make(
            "PythonRepository", "team-a", "ingress: { className: nginx, host: pypi.example.com, tls: {} }");

    internal static readonly StatusInputs Running = Scenario.Running(Hosted);

    /// <summary>The Deployment's controller has not seen its last change yet.</summary>
    internal static readonly StatusInputs Changed =
        WithDeployment(d => d with { Metadata = d.Metadata with { Generation = 2 } });

    /// <summary>Nobody has made the ConfigMap of a claim.</summary>
    static StatusInputs Claimed => With("storage: { bucket: { claimRef: { name: packages } } }", inputs => inputs);

    /// <summary>Another pod of the same template starts.</summary>
    static Observation Scaled(Observation observed) => observed with
    {
        Pods = [.. observed.Pods, observed.Pods[0] with
        {
            Pod = observed.Pods[0].Pod with { Status = new() { Phase = "Pending" } },
            Report = null,
        }],
    };

    internal static StatusInputs From(string what) => what switch
    {
        "no deployment yet" => Running.Seeing(o => o with { Deployment = null, Pods = [] }),
        "deployment not observed" => Changed.Seeing(o => o with
        {
            Pods = [.. o.Pods, o.Pods[0] with { Pod = o.Pods[0].Pod with { Metadata = new() { Name = "old" } } }],
        }),
        "no pod ready" => Running.WithPods(s => s with { Conditions = [new() { Type = "Ready", Status = "False" }] }),
        "pod of an older template" => Running.Seeing(o => o with
        {
            Pods = [o.Pods[0] with { Pod = o.Pods[0].Pod with { Metadata = new() { Name = "old" } } }],
        }),
        "no answer yet" => Running.Seeing(o => o with { Pods = [o.Pods[0] with { Report = null }] }),
        "another hash" => Running.Answering(r => r with { Hash = "0" }),
        "half rolled out" => WithDeployment(d => d with { Status = d.Status! with { UpdatedReplicas = 0 } }),
        "scaled, not observed" => Changed.Seeing(Scaled),
        "scaled, starting" => WithDeployment(d => d with
        {
            Status = d.Status! with { Replicas = 3, UpdatedReplicas = 3, AvailableReplicas = 1 },
        }).Seeing(Scaled),
        "none available" => WithDeployment(d => d with { Status = d.Status! with { AvailableReplicas = 0 } }),
        "route missing" => Running.Seeing(o => o with { HasRoute = false }),
        "claim pending" => With(a =>
            a with { PersistentVolumeClaim = a.PersistentVolumeClaim! with { Status = new() { Phase = "Pending" } } }),
        "unschedulable" => Running.WithPods(s => s with
        {
            Conditions = [new() { Type = "PodScheduled", Status = "False", Message = "0/3 nodes are available" }],
        }),
        "claim lost" => With(a =>
            a with { PersistentVolumeClaim = a.PersistentVolumeClaim! with { Status = new() { Phase = "Lost" } } }),
        "claim deleted" => With(a => a with
        {
            PersistentVolumeClaim = a.PersistentVolumeClaim! with
            {
                Metadata =
                a.PersistentVolumeClaim.Metadata with { DeletionTimestamp = Scenario.Now }
            },
        }),
        "class missing" => With(a => a with
        {
            PersistentVolumeClaim =
            a.PersistentVolumeClaim! with { Status = new() { Phase = "Pending" } },
            StorageClass = null
        }),
        "no default class" => With(a => a with
        {
            PersistentVolumeClaim = a.PersistentVolumeClaim! with
            {
                Spec =
                a.PersistentVolumeClaim.Spec! with { StorageClassName = null },
                Status = null
            },
            StorageClass = null,
        }),
        "class does not grow" => Scenario.Running(
            YamlObjects.Make("PythonRepository", "team-a", "storage: { persistentVolumeClaim: { size: 50Gi } }"),
            Scenario.InputsOfRunning(Hosted) with { StorageClass = new() { Metadata = new() { Name = "fixed" } } }),
        "ingress class missing" => With(a => a with { IngressClass = null }),
        "no default ingress class" => With(
            "ingress: { host: pypi.example.com }", a => a with { IngressClass = null }),
        "no Gateway API" => With(
            "gateway: { parentRefs: [ { name: public } ], hostnames: [ pypi.example.com ] }",
            a => a with { KnowsHttpRoutes = false }),
        "host taken" => With(a => a with
        {
            HostHolders = a.HostHolders.SetItem("pypi.example.com", new HostHolder("other", null)),
        }),
        "server unreachable" => Silent(TimeSpan.FromMinutes(1)),
        "server not reached yet" => Silent(TimeSpan.FromSeconds(59)),
        "image not pulled" => Running.WithPods(s => Waiting(s, "ErrImagePull", "not found")),
        "container refused" => Running.WithPods(s => Waiting(s, "CreateContainerConfigError", "no such key")),
        "out of memory" => Running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "", "OOMKilled")),
        "crashing" => Running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "--data: can't be kept there")),
        "crashing on a new field" => Running.WithPods(
            s => Waiting(
                s, "CrashLoopBackOff", "back-off", "resource.yaml:7:3: spec.novel: means nothing", exitCode: 3)),
        "old server crashing on a new field" => Running.WithPods(
            s => Waiting(s, "CrashLoopBackOff", "back-off", "resource.yaml:7:3: spec.novel: is not a known field")),
        "unknown field" => Running.Answering(
            r => r with { Hash = "0", Problems = [new("Unknown", "resource.yaml", "spec.novel: means nothing")] }),
        "unknown field of an old server" => Running.Answering(r => r with
        {
            Hash = "0",
            Problems = [ReportedProblem.OfMessage("resource.yaml:7:3: spec.novel: is not a known field")],
        }),
        "reason of a newer server" => Running.Answering(
            r => r with { Hash = "0", Problems = [new("Novel", "resource.yaml", "spec.novel: is not a known field")] }),
        "refused configuration" => Running.Answering(
            r => r with { Hash = "0", Problems = [new("Unreadable", "resource.yaml", "cannot be read")] }),
        "missing secret" => Running.Answering(
            r => r with
            {
                BadReferences =
                [new("MissingReference", "resource.yaml", "spec.access: the Secret \"users\" is not there")]
            }),
        "missing secret of a member" => Running.Answering(r => r with
        {
            BadReferences = [new("MissingReference", "members/PythonRepository/x.yaml",
                "spec.access: the Secret \"users\" is not there")],
        }),
        "closed repository" => Running.Answering(
            r => r with
            {
                Repositories =
                [r.Repositories[0] with { Ready = false, Message = "is not supported yet" }]
            }),
        "opening repository" => Saying("waits: '/data/repository' is in use by the process 1"),
        "bucket not ready" => Saying(
            "waits: the bucket says 403",
            With("storage: { bucket: { name: packages, region: eu-west-1 } }", inputs => inputs)),
        "claim for a bucket without ConfigMap" => Claimed,
        "claim for a bucket past the deadline" => Claimed.Seeing(o => o with
        {
            Deployment = o.Deployment! with
            {
                Status = o.Deployment.Status! with
                {
                    Conditions = [new() { Type = "Progressing", Status = "False", Message = "It is too late." }],
                },
            },
        }),
        "damaged repository" => Saying("is damaged: it belongs to the ProxyRepository 'x'", reason: "StoreUnusable"),
        "damaged repository of an old server" => Saying("can't be opened: it belongs to the ProxyRepository 'x'"),
        "deadline exceeded" => WithCondition("Progressing", "False", notReady: true),
        "quota" => WithCondition("ReplicaFailure", "True"),
        "foreign object" => Running.Seeing(o => o with { Conflict = new() { Kind = "Service", Name = "team-a" } }),
        "write refused" =>
            Running.Seeing(o => o with { WriteFailure = "The API server refused the Deployment: quota." }),
        _ => throw new ArgumentException(what, nameof(what)),
    };

    internal static PodStatus Waiting(
        PodStatus status, string reason, string message, string? log = null, string end = "Error", int exitCode = 1) =>
            status with
            {
                Conditions = [new() { Type = "Ready", Status = "False" }],
                ContainerStatuses =
        [
            new()
            {
                Name = "server",
                Image = "registry.example.com/pyrepo:1.0",
                State = new() { Waiting = new() { Reason = reason, Message = message } },
                LastState = log is null ? null
                    : new() { Terminated = new() { Reason = end, ExitCode = exitCode, Message = log } },
            },
        ],
            };

    static StatusInputs With(Func<ReconcileInputs, ReconcileInputs> change) =>
        Scenario.Running(Hosted, change(Scenario.InputsOfRunning(Hosted)));

    static StatusInputs With(string spec, Func<ReconcileInputs, ReconcileInputs> change)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", spec);
        return Scenario.Running(resource, change(Scenario.InputsOfRunning(resource)));
    }

    static StatusInputs WithDeployment(Func<Deployment, Deployment> change) =>
        Running.Seeing(o => o with { Deployment = change(o.Deployment!) });

    /// <summary>A pod that is not ready, and whose server says why.</summary>
    static StatusInputs Saying(string message, StatusInputs? inputs = null, string? reason = null) =>
        (inputs ?? Running).Seeing(o => o with
        {
            Pods = [.. o.Pods.Select(p => p with
        {
            Pod = p.Pod with { Status = new() { Phase = "Running" } },
            Report = p.Report! with
            {
                Repositories = [p.Report.Repositories[0] with { Ready = false, Reason = reason, Message = message }],
            },
        })],
        });

    static StatusInputs WithCondition(string type, string status, bool notReady = false)
    {
        var inputs = WithDeployment(d => d with
        {
            Status = d.Status! with
            {
                Conditions =
                [new() { Type = type, Status = status, Message = "in Kubernetes' words" }]
            },
        });
        return notReady ? inputs.WithPods(s => s with { Conditions = [] }) : inputs;
    }

    static StatusInputs Silent(TimeSpan duration) => Running.Seeing(observed => observed with
    {
        Pods =
        [
            .. observed.Pods.Select(pod => pod with
            {
                Report = null, Failure = "http://10.0.0.7:8081/status: Connection refused",
                FailingSince = Scenario.Now - duration,
            }),
        ],
    });
}
