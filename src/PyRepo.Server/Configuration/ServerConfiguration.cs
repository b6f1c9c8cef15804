using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;

namespace PyRepo.Server.Configuration;

/// <summary>Resources and all that they refer to, as read at one moment.</summary>
sealed record ServerConfiguration
{
    /// <summary>The resources, with Secrets and ConfigMaps.</summary>
    public required ManifestSet Manifests { get; init; }

    /// <summary>Whether it came from the volume that the operator mounts: missing references are reported, not refused.</summary>
    public required bool IsMounted { get; init; }

    /// <summary>The members of the group that other servers serve, and where; empty on a laptop.</summary>
    public FrozenDictionary<ObjectName, Uri> RemoteMembers { get; init; } = FrozenDictionary<ObjectName, Uri>.Empty;

    /// <summary>The hosts and CIDRs that upstreams may be at, as the administrator says; empty: any.</summary>
    public ImmutableArray<string> AllowedDestinations { get; init; } = [];

    /// <summary>Where the cluster's API server is asked; port 0: any port of the address. Empty on a laptop.</summary>
    public ImmutableArray<IPEndPoint> ApiServers { get; init; } = [];

    /// <summary>A digest of everything read; equal digests mean equal configurations.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// A digest of the resources, and of what the operator says of the cluster, without Secrets and ConfigMaps: those the
    /// operator does not read, so that this is what it can compare.
    /// </summary>
    public required string DeclaredHash { get; init; }

    /// <summary>Why it can't be put in force; none: it can.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>Fields that are understood, and do nothing yet: <c>file:line:column: field: not supported yet</c>.</summary>
    public ImmutableArray<Problem> NotSupportedYet => [.. Manifests.Resources.SelectMany(SupportedFields.NotSupported)];

    /// <summary>Secrets and keys that resources name and that are not there, or can't be used.</summary>
    public ImmutableArray<Problem> BadReferences =>
        [.. CrossChecks.MissingReferences(Manifests), .. UserSecrets.Unusable(Manifests), .. UpstreamReader.Unusable(this)];

    /// <summary>
    /// A problem as <c>/status</c> tells it: whose resource is mounted never saw the file that the operator made of it,
    /// and hears of the field alone.
    /// </summary>
    public string TextOf(Problem problem)
    {
        if (!IsMounted || problem.Source != MountedVolume.ResourceFile)
            return problem.ToString();
        return problem.FieldPath.Length == 0 ? problem.Message : $"{problem.FieldPath}: {problem.Message}";
    }

    /// <summary>A problem as <c>/status</c> reports it.</summary>
    public ReportedProblem ReportOf(Problem problem) => new(problem.Reason, problem.Source, TextOf(problem));

    /// <summary>
    /// Where a resource keeps its data below <c>--data</c>. In a cluster a volume holds one repository's, and is found
    /// again by a resource of another name (<c>existingClaim</c>, <c>pyrepo.dev/take-over</c>): the folder is not named
    /// after it.
    /// </summary>
    public string FolderOf(Resource resource, string data) =>
        Path.Combine(data, IsMounted ? "repository" : resource.Metadata.Name);

    /// <summary>The text under a key of a Secret or ConfigMap that a resource names; null when it is not there.</summary>
    public string? FindData(Resource resource, DataKind kind, string name, string key)
    {
        var found = new ObjectName(resource.Metadata.Namespace, name);
        DataDocument? document = kind is DataKind.Secret
            ? Manifests.Secrets.GetValueOrDefault(found)
            : Manifests.ConfigMaps.GetValueOrDefault(found);
        return document is not null && document.Data.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes.Span) : null;
    }

    /// <summary>The Secret that a resource names, as its keys and values; null when it is not there.</summary>
    public IReadOnlyDictionary<string, byte[]>? FindSecret(Resource resource, string name) =>
        Manifests.Secrets.TryGetValue(new ObjectName(resource.Metadata.Namespace, name), out var secret)
            ? UserSecrets.DataOf(secret)
            : null;
}
