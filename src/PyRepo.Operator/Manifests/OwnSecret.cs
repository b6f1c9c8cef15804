using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// A Secret that the operator makes and never reads. What it holds stays as it is; a rotation copies the value at the
/// API server (<see href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</see>, <c>copy</c>) to
/// <see cref="GeneratedSecret.PreviousKey"/> before a fresh one takes its place, and
/// <see cref="GeneratedSecret.PreviousUntilKey"/> tells servers for how long the one before is valid.
/// </summary>
/// <param name="Fresh">The Secret as it is made where there is none, with a fresh value.</param>
/// <param name="DataKey">The key of the value.</param>
/// <param name="Mark">The proof that the operator made it: a label or an annotation that nobody else sets.</param>
public sealed record OwnSecret(Secret Fresh, string DataKey, OwnSecret.OwnershipMark Mark)
{
    /// <summary>Where a value is while a patch moves it away and back.</summary>
    const string MovedKey = "pyrepo.dev.moved";

    /// <summary>How long a value stays valid after it was rotated away.</summary>
    static readonly TimeSpan _overlap = TimeSpan.FromHours(1);

    /// <summary>The request for a rotation that the resource carries; null: none.</summary>
    public string? Request { get; init; }

    /// <summary>
    /// Whether the request may still be due. One that was met stays in the resource, and others may have asked since.
    /// </summary>
    public bool IsRequestDue { get; init; }

    /// <summary>The Secret as it is made where there is none.</summary>
    public Secret New => Request is null ? Fresh : Fresh with
    {
        Metadata = Fresh.Metadata with
        {
            Annotations = ChildMetadata.Texts()
                .SetItems(Fresh.Metadata.Annotations ?? ChildMetadata.Texts()).SetItem(Annotations.Rotated, Request),
        },
    };

    /// <summary>
    /// The patch that changes nothing, and fails if the Secret is not the operator's or lacks one of some keys. The API
    /// server copies what is missing, too, but does not move it.
    /// </summary>
    public JsonArray Verification(params IEnumerable<string> keys) => new(
    [
        Test(Mark.Path, Mark.Value),
        .. keys.SelectMany(key => new[] { From(key, "move", MovedKey), From(MovedKey, "move", key) }),
    ]);

    /// <summary>The Secrets of a resource, and the one of its namespace.</summary>
    public static ImmutableArray<OwnSecret> GetAll(DeclaredResource resource, ReconcileInputs inputs) =>
        CredentialsManifest.Create(resource, inputs) is { } credentials
            ? [credentials, SigningKeyManifest.Create(resource, inputs)]
            : [SigningKeyManifest.Create(resource, inputs)];

    /// <summary>
    /// A digest of what is wanted of some, but for their values. A ServiceAccount's annotation keeps it, so that they
    /// are looked at again only if something else is wanted.
    /// </summary>
    public static string GetDigest(IEnumerable<OwnSecret> secrets)
    {
        var metadata = string.Concat(secrets.Select(
            secret => JsonSerializer.Serialize(secret.New.Metadata, KubernetesJson.Default.ObjectMeta)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(metadata)).AsSpan(0, 8));
    }

    /// <summary>Whether a rotation is asked for that the Secret has not had.</summary>
    public bool IsToBeRotated(ObjectMeta live)
    {
        ArgumentNullException.ThrowIfNull(live);
        return IsRequestDue && Request is not null
            && live.Annotations?.GetValueOrDefault(Annotations.Rotated) != Request;
    }

    /// <summary>
    /// The patch that rotates the value if that is asked for, and mends labels, annotations and owners; null: nothing
    /// is to be done. It fails with 409 if somebody changed the Secret meanwhile.
    /// </summary>
    /// <param name="live">The metadata as they are.</param>
    /// <param name="now">The time.</param>
    public JsonArray? GetChange(ObjectMeta live, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(live);
        var isRotation = IsToBeRotated(live);
        var change = new JsonArray(
        [
            .. isRotation ? RotationAt(now) : [],
            .. Additions("labels", live.Labels, Fresh.Metadata.Labels),
            .. Additions("annotations", live.Annotations, (isRotation ? New : Fresh).Metadata.Annotations),
            .. OwnerChange(live),
        ]);
        if (change.Count == 0)
            return null;
        change.Insert(0, (JsonNode)Set("/metadata/resourceVersion", live.ResourceVersion));
        return change;
    }

    /// <summary>The patch that sets the fresh value of a key whose value is empty, and fails if it is not.</summary>
    public JsonArray Filling(string key) => new(
    [
        Test(Mark.Path, Mark.Value),
        Test($"/data/{key}", ""),
        Set($"/data/{key}", Convert.ToBase64String(Fresh.Data![key])),
    ]);

    /// <summary>The merge patch that adds the fresh value of a key that is missing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="live">The metadata as they are.</param>
    public JsonObject GetRepair(string key, ObjectMeta live)
    {
        ArgumentNullException.ThrowIfNull(live);
        return new()
        {
            ["metadata"] = new JsonObject { ["uid"] = live.Uid, ["resourceVersion"] = live.ResourceVersion },
            ["data"] = new JsonObject { [key] = Convert.ToBase64String(Fresh.Data![key]) },
        };
    }

    JsonNode[] RotationAt(DateTimeOffset now)
    {
        var until = (now + _overlap).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return
        [
            From(DataKey, "copy", GeneratedSecret.PreviousKey),
            Set($"/data/{DataKey}", Convert.ToBase64String(Fresh.Data![DataKey])),
            Set($"/data/{GeneratedSecret.PreviousUntilKey}", Convert.ToBase64String(Encoding.UTF8.GetBytes(until))),
        ];
    }

    static IEnumerable<JsonNode> Additions(
        string field, IReadOnlyDictionary<string, string>? live, IReadOnlyDictionary<string, string>? wanted)
    {
        JsonNode[] additions =
        [
            .. from entry in wanted ?? new Dictionary<string, string>()
               where live?.GetValueOrDefault(entry.Key) != entry.Value
               select Set($"/metadata/{field}/{Escaped(entry.Key)}", entry.Value),
        ];
        return additions.Length > 0 && live is null
            ? additions.Prepend(Set($"/metadata/{field}", new JsonObject())) : additions;
    }

    /// <summary>Of its owners, those of the three kinds are the operator's to decide.</summary>
    IEnumerable<JsonNode> OwnerChange(ObjectMeta live)
    {
        var wanted = Fresh.Metadata.OwnerReferences ?? [];
        var own = (live.OwnerReferences ?? []).Where(IsResource);
        if (own.SequenceEqual(wanted))
            return [];
        var owners = (live.OwnerReferences ?? []).Where(owner => !IsResource(owner)).Concat(wanted);
        return
        [
            Set("/metadata/ownerReferences", new JsonArray([.. owners.Select(
                owner => JsonSerializer.SerializeToNode(owner, KubernetesJson.Default.OwnerReference))])),
        ];
    }

    static bool IsResource(OwnerReference owner) => owner.Group == Resource.Group;

    static JsonObject Test(string path, string value) =>
        new() { ["op"] = "test", ["path"] = path, ["value"] = value };

    static JsonObject From(string from, string operation, string to) =>
        new() { ["op"] = operation, ["from"] = $"/data/{from}", ["path"] = $"/data/{to}" };

    static JsonObject Set(string path, JsonNode? value) =>
        new() { ["op"] = "add", ["path"] = path, ["value"] = value };

    /// <summary>A key in a JSON pointer (RFC 6901).</summary>
    static string Escaped(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>A label or an annotation that shows whose an object is.</summary>
    /// <param name="Field"><c>labels</c> or <c>annotations</c>.</param>
    /// <param name="Name">Its key.</param>
    /// <param name="Value">Its value.</param>
    public sealed record OwnershipMark(string Field, string Name, string Value)
    {
        /// <summary>Where it is in the object, as a JSON pointer.</summary>
        public string Path => $"/metadata/{Field}/{Escaped(Name)}";
    }
}
