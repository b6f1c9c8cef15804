using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Storage;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests;

/// <summary>A cluster in which all is well; tests change what they are about.</summary>
static class Scenario
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static OperatorSettings Settings { get; } = new()
    {
        ServerImage = "registry.example.com/pyrepo:1.0",
        OperatorNamespace = "pyrepo-system",
    };

    public static ReconcileInputs Inputs { get; } = new()
    {
        Now = Now,
        FreshPassword = "fresh-password",
        FreshKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
        StorageClass = new StorageClass { Metadata = new() { Name = "standard" }, AllowVolumeExpansion = true },
        IngressClass = GetClass("k8s.io/ingress-nginx"),
        HostHolders = new[] { "pypi.example.com", "inner.example.com", "h.example.com", "packages.pyrepo.test" }
            .ToImmutableDictionary(host => host, _ => new HostHolder("packages", null)),
    };

    public static IngressClass GetClass(string controller) =>
        new() { Metadata = new() { Name = "class" }, Spec = new() { Controller = controller } };

    /// <summary>The inputs of a resource whose PersistentVolumeClaim is bound as the resource declares it.</summary>
    public static ReconcileInputs InputsOfRunning(DeclaredResource resource) =>
        PersistentVolumeClaimManifest.Create(resource, Inputs) is { } pvc
            ? Inputs with { PersistentVolumeClaim = Bound(pvc) } : Inputs;

    public static PersistentVolumeClaim Bound(PersistentVolumeClaim pvc) => pvc with
    {
        Spec = pvc.Spec! with { StorageClassName = pvc.Spec.StorageClassName ?? "standard" },
        Status = new() { Phase = "Bound", Capacity = pvc.Spec.Resources!.Requests },
    };

    /// <summary>A resource whose server runs with what it says now.</summary>
    public static StatusInputs Running(
        DeclaredResource resource, ReconcileInputs? inputs = null, OperatorSettings? settings = null)
    {
        inputs ??= InputsOfRunning(resource);
        var desired = DesiredState.From(resource, inputs, settings ?? Settings);
        var replicas = desired.Deployment?.Spec?.Replicas ?? 0;
        return StatusInputs.From(resource, inputs, settings ?? Settings, desired, new Observation
        {
            Deployment = desired.Deployment is null ? null : GetDeployment(desired.Deployment, replicas),
            HasRoute = true,
            Pods = [.. Enumerable.Range(0, replicas).Select(
                i => GetPod(desired, $"pod-{i}", GetReport(resource, desired)))],
        });
    }

    /// <summary>The same with something else observed.</summary>
    public static StatusInputs Seeing(this StatusInputs inputs, Func<Observation, Observation> change) =>
        StatusInputs.From(inputs.Resource, inputs.Cluster, inputs.Settings, inputs.Desired, change(inputs.Observed));

    /// <summary>The same with another answer of each pod.</summary>
    public static StatusInputs Answering(this StatusInputs inputs, Func<ServerReport, ServerReport> change) =>
        inputs.Seeing(observed => observed with
        {
            Pods = [.. observed.Pods.Select(p => p with { Report = p.Report is null ? null : change(p.Report) })],
        });

    /// <summary>The same with another state of each pod.</summary>
    public static StatusInputs WithPods(this StatusInputs inputs, Func<PodStatus, PodStatus> change) =>
        inputs.Seeing(observed => observed with
        {
            Pods = [.. observed.Pods.Select(
            p => p with { Pod = p.Pod with { Status = change(p.Pod.Status!) }, Report = null })],
        });

    public static ObservedPod GetPod(DesiredState desired, string name, ServerReport? report, bool isReady = true) =>
        new(
        new Pod
        {
            Metadata = desired.Deployment!.Spec!.Template.Metadata! with { Name = name },
            Status = new()
            {
                Phase = "Running",
                Conditions =
                [new() { Type = "Ready", Status = isReady ? "True" : "False" }]
            },
        },
        report, Now);

    public static ServerReport GetReport(DeclaredResource resource, DesiredState desired) => new()
    {
        Version = "1.0",
        Hash = desired.Configuration!.Hash,
        PlatformHash = "",
        Repositories =
        [
            new()
            {
                Kind = resource.Kind, Name = resource.Name, Uid = resource.Uid,
                Ready = true, Projects = 12, Files = 140, Size = 1177L << 20,
                Upstream = resource.Kind == "ProxyRepository" ? new(true, Now - TimeSpan.FromMinutes(1)) : null,
            },
        ],
    };

    static Deployment GetDeployment(Deployment desired, int replicas) => desired with
    {
        Metadata = desired.Metadata with { Generation = 1 },
        Status = new()
        {
            ObservedGeneration = 1,
            Replicas = replicas,
            UpdatedReplicas = replicas,
            ReadyReplicas = replicas,
            AvailableReplicas = replicas,
        },
    };
}
