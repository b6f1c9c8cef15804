using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Resources.Reports;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Attestations;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>A snapshot of the resources and of everything that they refer to.</summary>
sealed record ServerConfiguration
{
    /// <summary>The resources, with Secrets and ConfigMaps.</summary>
    public required ManifestSet Manifests { get; init; }

    /// <summary>
    /// Whether the configuration comes from the volume that the operator mounts. If so, missing references are
    /// reported, but the configuration is not rejected.
    /// </summary>
    public required bool IsMounted { get; init; }

    /// <summary>The resource of <c>resource.yaml</c>, or null on a laptop or if it cannot be read.</summary>
    public Resource? Own { get; init; }

    /// <summary>The users of the Secrets that resources name (<c>usersSecretRef</c>), by the Secret.</summary>
    public FrozenDictionary<ObjectName, SecretUsers> Users { get; init; } =
        FrozenDictionary<ObjectName, SecretUsers>.Empty;

    /// <summary>The trusted roots that resources name, by the resource.</summary>
    public FrozenDictionary<ObjectName, TrustedRootSource> TrustedRoots { get; init; } =
        FrozenDictionary<ObjectName, TrustedRootSource>.Empty;

    /// <summary>The group members that other servers serve, with their URLs. Empty on a laptop.</summary>
    public FrozenDictionary<ObjectName, Uri> RemoteMembers { get; init; } = FrozenDictionary<ObjectName, Uri>.Empty;

    /// <summary>The operator's description of the cluster, or null on a laptop.</summary>
    public PlatformFile? Platform { get; init; }

    /// <summary>The problem with <c>platform.json</c>, because of which an earlier one stays in effect.</summary>
    public ReportedProblem? PlatformProblem => Platform?.Problem is { } problem
        ? new ReportedProblem(ProblemReason.Unreadable, PlatformFile.FileName, $"{PlatformFile.FileName}: {problem}")
        : null;

    /// <summary>
    /// The hosts and CIDRs that the administrator allows for upstreams. If it is empty, any are allowed.
    /// </summary>
    public ImmutableArray<string> AllowedDestinations { get; init; } = [];

    /// <summary>
    /// The endpoints of the cluster's API server. Port 0 means any port of the address. Empty on a laptop.
    /// </summary>
    public ImmutableArray<IPEndPoint> ApiServers { get; init; } = [];

    /// <summary>A digest of everything that was read. Equal digests mean equal configurations.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// A digest of what the server acts on in the resources. It excludes Secrets and ConfigMaps, which the operator
    /// does not read, so that the operator can compare it.
    /// </summary>
    public required string DeclaredHash { get; init; }

    /// <summary>A digest of the operator's description of the cluster, or null on a laptop.</summary>
    public string? PlatformHash { get; init; }

    /// <summary>
    /// The problems that prevent the configuration from taking effect. If there are none, it can take effect.
    /// </summary>
    public required ImmutableArray<Diagnostic> Problems { get; init; }

    /// <summary>
    /// The entries of policies and the lines of constraints files that are not valid. The server takes each for the
    /// strictest that it may mean.
    /// </summary>
    public ImmutableArray<Diagnostic> InvalidEntries { get; init; } = [];

    /// <summary>
    /// Fields that are known, but have no effect yet: <c>file:line:column: field: not supported yet</c>.
    /// </summary>
    public ImmutableArray<Diagnostic> NotSupportedYet => [.. Manifests.Resources.SelectMany(UnsupportedFields.In)];

    /// <summary>
    /// Problems with the Secrets, ConfigMaps and keys that resources name: they are missing or unusable; and with entries
    /// of policies. The configuration takes effect, but not all of it can be used.
    /// </summary>
    public ImmutableArray<Diagnostic> BadReferences =>
    [
        .. CrossChecks.MissingReferences(Manifests),
        .. UserSecrets.Unusable(this),
        .. GeneratedSecrets.Unusable(this),
        .. UpstreamReader.Unusable(this),
        .. AdvisoriesReader.UnreadableSources(this),
        .. TrustedRootReader.Unreadable(this),
        .. InvalidEntries,
    ];

    /// <summary>Probable mistakes that do not prevent the configuration from taking effect.</summary>
    public ImmutableArray<Diagnostic> Warnings =>
    [
        .. Manifests.Warnings,
        .. GrantedUsers.Missing(this),
        .. UpstreamReader.CredentialsForOthers(this),
        .. PolicyReader.IgnoredLines(this),
        .. AdvisoriesReader.Unusable(this),
        .. VolumeSnapshots.NotMade(this),
        .. IsMounted ? InvalidEntries : [],
    ];

    /// <summary>
    /// Returns the text of a problem for <c>/status</c>. The author of a mounted resource never saw the file that the
    /// operator created from it, so the text names only the field.
    /// </summary>
    public string GetText(Diagnostic problem)
    {
        if (!IsMounted || problem.Source != MountedVolume.ResourceFile)
            return problem.ToString();
        return problem.FieldPath.Length == 0 ? problem.Message : $"{problem.FieldPath}: {problem.Message}";
    }

    /// <summary>Returns a problem in the format of <c>/status</c>.</summary>
    public ReportedProblem GetReport(Diagnostic problem) => new(problem.Reason, problem.Source, GetText(problem));

    /// <summary>
    /// Returns the folder of a resource's data below <c>--data</c>. In a cluster, a volume contains the data of one
    /// repository. A resource with another name can use the volume later (<c>existingClaim</c>,
    /// <c>pyrepo.dev/take-over</c>), so the folder is not named after the resource.
    /// </summary>
    public string GetFolder(Resource resource, string data) =>
        Path.Combine(data, IsMounted ? "repository" : resource.Metadata.Name);

    /// <summary>
    /// Returns the text under a key of a Secret or ConfigMap that a resource names, or null if it does not exist or is
    /// empty.
    /// </summary>
    public string? FindData(Resource resource, DataKind kind, string name, string key)
    {
        var found = new ObjectName(resource.Metadata.Namespace, name);
        DataDocument? document = kind is DataKind.Secret
            ? Manifests.Secrets.GetValueOrDefault(found)
            : Manifests.ConfigMaps.GetValueOrDefault(found);
        return document is not null && document.Data.TryGetValue(key, out var bytes)
            && Encoding.UTF8.GetString(bytes.Span) is var text && !string.IsNullOrWhiteSpace(text)
            ? text : null;
    }

    /// <summary>
    /// Returns the keys and values of the Secret that a resource names, or null if it does not exist.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]>? FindSecret(Resource resource, string name) =>
        Manifests.Secrets.TryGetValue(new ObjectName(resource.Metadata.Namespace, name), out var secret)
            ? UserSecrets.GetData(secret)
            : null;

    /// <summary>Returns the users of the Secret that a resource names, or null if it names none that exists.</summary>
    public SecretUsers? FindUsers(Resource resource) =>
        UserSecrets.GetName(resource) is { } name ? Users.GetValueOrDefault(name) : null;
}
