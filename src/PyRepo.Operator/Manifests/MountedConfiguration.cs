using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The documents that a server is configured by: <c>resource.yaml</c>, <c>members/KIND/NAME.yaml</c> and
/// <c>platform.json</c>. Equal resources give equal texts.
/// </summary>
public sealed record MountedConfiguration
{
    const string PlatformFile = "platform.json";

    /// <summary>The documents, ordered by path.</summary>
    public required ImmutableArray<ServerDocument> Documents { get; init; }

    /// <summary>
    /// The digest that a server reports for the resources in them. It does not change with the cluster's description,
    /// nor with the number of pods.
    /// </summary>
    public string Hash =>
        DeclaredHash.Compute(Documents.Where(d => d.Path != PlatformFile).Select(d => (d.Path, d.Text)));

    /// <summary>The digest of all of them as they are, which servers of an earlier version report instead.</summary>
    public string HashOfTexts => ContentHash.Compute(Documents.Select(d => (d.Path, Encoding.UTF8.GetBytes(d.Text))));

    /// <summary>The documents for a resource's server.</summary>
    public static MountedConfiguration From(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(settings);
        return new()
        {
            Documents =
            [
                .. inputs.Members.Where(m => m.Resource is not null).Select(MemberDocument)
                    .Append(new ServerDocument("resource.yaml", "resource.yaml", ResourceText(resource)))
                    .Append(new ServerDocument(PlatformFile, PlatformFile, PlatformText(resource, inputs, settings)))
                    .OrderBy(d => d.Path, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>
    /// Whether a resource's server verifies tokens of ServiceAccounts. A group decides on access as its members would.
    /// </summary>
    public static bool AcceptsServiceAccounts(DeclaredResource resource, ImmutableArray<DeclaredResource> members) =>
        members.Prepend(resource).Any(each => each.Spec?.Access?.ServiceAccounts is not null);

    static string ResourceText(DeclaredResource resource)
    {
        var metadata = new JsonObject
        {
            ["name"] = resource.Name,
            ["namespace"] = resource.Namespace,
            ["uid"] = resource.Uid,
        };
        var annotations = new JsonObject();
        // Only the server knows whose data are in a bucket, or on a volume that the operator did not make.
        if (resource.Stored?.Storage is { } storage
            && (storage.Bucket is not null || storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null)
            && resource.Annotation(Annotations.TakeOver) is { } previous)
            annotations[Annotations.TakeOver] = previous;
        if (resource.Stored?.Backup?.To.Bucket is not null && resource.Annotation(Annotations.Backup) is { } request)
            annotations[Annotations.Backup] = request;
        if (annotations.Count > 0)
            metadata["annotations"] = annotations;
        return Text(resource, metadata, IsForServers);
    }

    /// <summary>
    /// The server does not need the fields about its own pods, and an older one may not know all of them.
    /// </summary>
    static bool IsForServers(string field) => field is not "server";

    static ServerDocument MemberDocument(DeclaredResource member) =>
        ServerDocument.OfMember(member.Kind, member.Name, Text(
            member, new JsonObject { ["name"] = member.Name, ["namespace"] = member.Namespace }, IsForGroups));

    /// <summary>
    /// A group decides on access as its members would, and tells them who asks if they keep a log; the rest of a
    /// member's spec is its own server's, names Secrets that the group's pods do not mount, and changes without the
    /// group.
    /// </summary>
    static bool IsForGroups(string field) =>
        field is "access" or "suspend" or "members" or "resolution" or "reserved" or "uploadTo"
            or "downloadLog";

    static string Text(DeclaredResource resource, JsonObject metadata, Func<string, bool> isWritten)
    {
        var spec = new JsonObject();
        if (resource.Source.Spec.ValueKind is JsonValueKind.Object)
        {
            foreach (var field in resource.Source.Spec.EnumerateObject().Where(f => isWritten(f.Name)))
                spec[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }
        RemoveSnapshots(resource, spec);
        return YamlWriter.Write(SortedJson.Sort(new JsonObject
        {
            ["apiVersion"] = Resource.CommonApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = metadata,
            ["spec"] = spec,
        })!);
    }

    /// <summary>The operator makes snapshots, and a volume that is made from one is full when a server begins.</summary>
    static void RemoveSnapshots(DeclaredResource resource, JsonObject spec)
    {
        if (resource.Stored?.Backup?.To.VolumeSnapshotClassName is not null)
            spec.Remove("backup");
        if (resource.Stored?.Storage.RestoreFrom?.VolumeSnapshot is not null && spec["storage"] is JsonObject storage)
            storage.Remove("restoreFrom");
    }

    static string PlatformText(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        // In a cluster each member is at its Service.
        var platform = new JsonObject { ["members"] = new JsonObject() };
        if (!inputs.ApiServers.IsEmpty)
            platform["apiServers"] = new JsonArray([.. inputs.ApiServers.Select(server => (JsonNode)server)]);
        if (!settings.AllowedDestinations.IsEmpty)
            platform["allowedDestinations"] = new JsonArray([.. settings.AllowedDestinations.Select(d => (JsonNode)d)]);
        if (ClaimedBucket.Find(resource, inputs.Deployment) is { } bucket)
            platform["claimedBucket"] = bucket;
        if (inputs.ServiceAccounts is { } issuer && AcceptsServiceAccounts(resource, inputs.Members))
            platform["serviceAccounts"] = issuer.ToJson();
        return SortedJson.Sort(platform)!.ToJsonString() + "\n";
    }
}

/// <summary>A file for a server.</summary>
/// <param name="Key">Its key in the ConfigMap, where a slash is not allowed.</param>
/// <param name="Path">Where the server finds it, in the folder that is mounted.</param>
/// <param name="Text">Its content.</param>
public sealed record ServerDocument(string Key, string Path, string Text)
{
    /// <summary>That of a group's member.</summary>
    public static ServerDocument OfMember(string kind, string name, string text) =>
        new($"{kind}.{name}.yaml", $"members/{kind}/{name}.yaml", text);
}
