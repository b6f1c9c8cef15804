using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

/// <summary>A repository that runs, and what may be seen of it that is in its way.</summary>
static class Sighting
{
    internal static readonly DeclaredResource Hosted =
        YamlObjects.Make("PythonRepository", "team-a", "ingress: { className: nginx, host: pypi.example.com, tls: {} }");

    internal static readonly Facts Running = Situation.Running(Hosted);

    /// <summary>The Deployment's controller has not seen its last change yet.</summary>
    internal static readonly Facts Changed = WithDeployment(d => d with { Metadata = d.Metadata with { Generation = 2 } });

    internal static Facts Of(string what) => what switch
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
        "route missing" => Running.Seeing(o => o with { HasRoute = false }),
        "claim pending" => Around(a => a with { Claim = a.Claim! with { Status = new() { Phase = "Pending" } } }),
        "unschedulable" => Running.WithPods(s => s with
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
            Situation.AroundRunning(Hosted) with { StorageClass = new() { Metadata = new() { Name = "fixed" } } }),
        "ingress class missing" => Around(a => a with { IngressClass = null }),
        "no default ingress class" => Elsewhere(
            "ingress: { host: pypi.example.com }", a => a with { IngressClass = null }),
        "no Gateway API" => Elsewhere(
            "gateway: { parentRefs: [ { name: public } ], hostnames: [ pypi.example.com ] }",
            a => a with { KnowsHttpRoutes = false }),
        "host taken" => Around(a => a with
        {
            OtherHosts = [new(new DataOwner("PythonRepository", "other", "x"), "pypi.example.com", "/", default, HostHold.Routed)],
        }),
        "image not pulled" => Running.WithPods(s => Waiting(s, "ErrImagePull", "not found")),
        "container refused" => Running.WithPods(s => Waiting(s, "CreateContainerConfigError", "no such key")),
        "out of memory" => Running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "", "OOMKilled")),
        "crashing" => Running.WithPods(s => Waiting(s, "CrashLoopBackOff", "back-off", "--data: can't be kept there")),
        "crashing on a new field" => Running.WithPods(
            s => Waiting(s, "CrashLoopBackOff", "back-off", "resource.yaml:7:3: spec.novel: is not a known field")),
        "unknown field" => Running.Answering(
            r => r with { Hash = "0", Problems = ["resource.yaml:7:3: spec.novel: is not a known field"] }),
        "refused configuration" => Running.Answering(r => r with { Hash = "0", Problems = ["resource.yaml: cannot be read"] }),
        "missing secret" => Running.Answering(r => r with { BadReferences = ["spec.access: the Secret \"users\" is not there"] }),
        "closed repository" => Running.Answering(
            r => r with { Repositories = [r.Repositories[0] with { Ready = false, Message = "is not supported yet" }] }),
        "opening repository" => Saying("waits: '/data/repository' is in use by the process 1"),
        "bucket not ready" => Saying(
            "waits: the bucket says 403",
            Elsewhere("storage: { bucket: { name: packages, region: eu-west-1 } }", around => around)),
        "damaged repository" => Saying("can't be opened: it belongs to the ProxyRepository 'x'"),
        "deadline exceeded" => WithCondition("Progressing", "False", notReady: true),
        "quota" => WithCondition("ReplicaFailure", "True"),
        "foreign object" => Running.Seeing(o => o with { Conflict = new() { Kind = "Service", Name = "team-a" } }),
        "write refused" => Running.Seeing(o => o with { WriteFailure = "The API server refused the Deployment: quota." }),
        _ => throw new ArgumentException(what, nameof(what)),
    };

    internal static PodStatus Waiting(
        PodStatus status, string reason, string message, string? log = null, string end = "Error") => status with
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
        Situation.Running(Hosted, change(Situation.AroundRunning(Hosted)));

    static Facts Elsewhere(string spec, Func<Surroundings, Surroundings> change)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", spec);
        return Situation.Running(resource, change(Situation.AroundRunning(resource)));
    }

    static Facts WithDeployment(Func<Deployment, Deployment> change) =>
        Running.Seeing(o => o with { Deployment = change(o.Deployment!) });

    /// <summary>A pod that is not ready, and whose server says why.</summary>
    static Facts Saying(string message, Facts? facts = null) => (facts ?? Running).Seeing(o => o with
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
}
