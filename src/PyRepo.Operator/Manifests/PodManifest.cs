using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The server's pods. Nothing in them depends on the operator's version, the time or any order, so that a new operator
/// with the same template restarts none. They meet the
/// <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted">restricted</see> Pod
/// Security Standard.
/// </summary>
static class PodManifest
{
    public const string HttpPort = "http";
    public const string ManagementPort = "management";
    public const int HttpPortNumber = 8080;
    public const int ManagementPortNumber = 8081;
    public const string Container = "server";

    /// <summary>The server's user and group in its container. The group also owns the volume's files.</summary>
    const long User = 65532;

    /// <summary>Where the server finds its documents.</summary>
    public const string ConfigurationFolder = "/etc/pyrepo";

    /// <summary>Where its data are, or what it keeps of a bucket's.</summary>
    public const string DataFolder = "/var/lib/pyrepo";

    /// <summary>Where several pods may serve at once: on a bucket, and for a group.</summary>
    public static bool SupportsReplicas(DeclaredResource resource) => resource.Stored is not { Storage.Bucket: null };

    /// <summary>The memory that a server's pod may use; null: it has no limit.</summary>
    public static Quantity? GetMemoryLimit(PodSpec? pod) =>
        pod?.Containers.FirstOrDefault(c => c.Name == Container)?.Resources?.Limits?.GetValueOrDefault("memory")
            is { } text && Quantity.TryParse(text, out var limit) ? limit : null;

    /// <summary>The template of the pods, with its hash.</summary>
    public static PodTemplate Create(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        var pods = ServerPods.WithMemory(
            ServerPods.From(resource.Spec!.Server, settings.Server), resource.Spec.Server.AutoMemory,
            inputs.RecommendedMemory);
        var template = new PodTemplate
        {
            Metadata = new()
            {
                Labels = ChildMetadata.Labels(resource).SetItems(pods.PodLabels),
                Annotations =
                    pods.PodAnnotations.Count == 0 ? null : ChildMetadata.Texts().SetItems(pods.PodAnnotations),
            },
            Spec = GetSpec(resource, inputs, settings, pods),
        };
        var annotations = ChildMetadata.Texts((Annotations.Template, GetHash(template))).SetItems(pods.PodAnnotations);
        return template with { Metadata = template.Metadata with { Annotations = annotations } };
    }

    /// <summary>The image of a resource's server.</summary>
    public static string GetImage(DeclaredResource resource, OperatorSettings settings) =>
        resource.Spec!.Server.Image ?? settings.ServerImage;

    static PodSpec GetSpec(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings, ServerPodSpec pods) =>
        new()
        {
            ServiceAccountName = ChildNames.ServiceAccount(resource.Name),
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = GraceSeconds(resource),
            SecurityContext = new()
            {
                RunAsNonRoot = true,
                RunAsUser = GetUser(settings),
                RunAsGroup = GetUser(settings),
                FsGroup = IsVolumeOurs(resource, inputs) ? GetUser(settings) : null,
                FsGroupChangePolicy = IsVolumeOurs(resource, inputs) ? "OnRootMismatch" : null,
                SeccompProfile = new() { Type = "RuntimeDefault" },
            },
            ImagePullSecrets = pods.ImagePullSecrets is { Count: > 0 } secrets
                ? [.. secrets.Select(s => s.Name).Distinct().Select(name => new LocalObjectReference { Name = name })]
                : null,
            PriorityClassName = pods.PriorityClassName,
            NodeSelector = pods.NodeSelector.Count > 0 ? pods.NodeSelector : null,
            Tolerations = SchedulingManifest.GetTolerations(pods),
            Affinity = SchedulingManifest.GetAffinity(resource, pods),
            TopologySpreadConstraints = SchedulingManifest.GetSpread(resource, pods),
            Containers = [Server(resource, inputs, settings, pods)],
            Volumes =
            [
                new() { Name = "configuration", Projected = ConfigurationVolume.Create(resource, inputs) },
                DataVolume(resource, inputs),
                new() { Name = "tmp", EmptyDir = new() { SizeLimit = "1Gi" } },
                .. CloudIdentity.GetVolumes(resource),
                .. ClaimedBucket.GetVolumes(resource),
            ],
        };

    /// <summary>
    /// Whether the volume's files may be given to the server's group: not those of a claim that nobody gave to the
    /// resource. No pod starts while there is no claim.
    /// </summary>
    static bool IsVolumeOurs(DeclaredResource resource, ReconcileInputs inputs) =>
        resource.Stored?.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is null
        || inputs.PersistentVolumeClaim is not { } pvc
        || (new ClaimableVolume(pvc.Metadata) is var volume
            && (volume.IsGivenTo(resource) || volume.HasDataFor(resource)));

    /// <summary>A platform that assigns users rejects others.</summary>
    static long? GetUser(OperatorSettings settings) => settings.Server.AssignedUser ? null : User;

    static Container Server(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings, ServerPodSpec pods) => new()
        {
            Name = Container,
            Image = GetImage(resource, settings),
            Args = ServerArguments.Create(resource, inputs, settings),
            Env = CloudIdentity.GetEnvironment(resource) is { IsEmpty: false } environment ? environment : null,
            Ports =
        [
            new() { Name = HttpPort, Port = HttpPortNumber, Protocol = "TCP" },
            new() { Name = ManagementPort, Port = ManagementPortNumber, Protocol = "TCP" },
        ],
            StartupProbe = GetProbe("/healthz/live", periodSeconds: 1, failureThreshold: 120),
            ReadinessProbe = GetProbe("/healthz/ready", periodSeconds: 2, failureThreshold: 2),
            LivenessProbe = GetProbe("/healthz/live", periodSeconds: 10, failureThreshold: 6),
            // Endpoints change with a delay: the pod continues to serve in the meantime.
            Lifecycle = SupportsReplicas(resource)
            ? new() { PreStop = new() { Sleep = new() { Seconds = PreStopSeconds } } } : null,
            Resources = GetRequirements(pods.Resources),
            SecurityContext = new()
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                RunAsNonRoot = true,
                Capabilities = new() { Drop = ["ALL"] },
            },
            VolumeMounts =
        [
            new() { Name = "configuration", MountPath = ConfigurationFolder, ReadOnly = true },
            new() { Name = "data", MountPath = DataFolder },
            new() { Name = "tmp", MountPath = "/tmp" },
            .. CloudIdentity.GetMounts(resource),
            .. ClaimedBucket.GetMounts(resource),
        ],
            // The status shows the last lines of a crashed server's log.
            TerminationMessagePolicy = "FallbackToLogsOnError",
        };

    const int PreStopSeconds = 10;

    /// <summary>On a volume the next pod waits for the end of this one.</summary>
    public static int DrainSeconds(DeclaredResource resource) => SupportsReplicas(resource) ? 30 : 5;

    static int GraceSeconds(DeclaredResource resource) =>
        DrainSeconds(resource) + (SupportsReplicas(resource) ? PreStopSeconds : 0) + 10;

    static Volume DataVolume(DeclaredResource resource, ReconcileInputs inputs) => resource.Stored?.Storage switch
    {
        { EffectivePersistentVolumeClaim: not null } => new()
        {
            Name = "data",
            PersistentVolumeClaim = new() { ClaimName = PersistentVolumeClaimManifest.GetName(resource, inputs) },
        },
        { Ephemeral: not null } => new() { Name = "data", EmptyDir = new() },
        // Uploads on their way, and what was fetched from the bucket.
        { } => new() { Name = "data", EmptyDir = new() { SizeLimit = "20Gi" } },
        null => new() { Name = "data", EmptyDir = new() { SizeLimit = "1Gi" } },
    };

    /// <summary>A busy node responds late. That must not restart a server, or take it out of its Service.</summary>
    const int ProbeSeconds = 5;

    static Probe GetProbe(string path, int periodSeconds, int failureThreshold) => new()
    {
        HttpGet = new() { Path = path, Port = ManagementPort },
        PeriodSeconds = periodSeconds,
        TimeoutSeconds = ProbeSeconds,
        FailureThreshold = failureThreshold,
    };

    static Kubernetes.Objects.Core.ResourceRequirements? GetRequirements(
        Resources.Serving.ResourceRequirements wanted) =>
        wanted.Requests.Count + wanted.Limits.Count == 0
        ? null
        : new() { Requests = GetTexts(wanted.Requests), Limits = GetTexts(wanted.Limits) };

    static ImmutableSortedDictionary<string, string>? GetTexts(ValueDictionary<Quantity> amounts) => amounts.Count == 0
        ? null
        : ChildMetadata.Texts([.. amounts.Select(a => (a.Key, a.Value.ToString()))]);

    static string GetHash(PodTemplate template)
    {
        var text =
            SortedJson.Sort(JsonSerializer.SerializeToNode(template, KubernetesJson.Default.PodTemplate))!
                .ToJsonString();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }
}
