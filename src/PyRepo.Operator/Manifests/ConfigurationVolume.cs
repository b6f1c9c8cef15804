using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The folder that the server reads, as a
/// <see href="https://kubernetes.io/docs/concepts/storage/projected-volumes/">projected volume</see>: its documents,
/// and each Secret and ConfigMap that the spec names; for a group also those that its members' access names. Each part
/// is optional: the server reports what is missing.
/// </summary>
/// <remarks>
/// One more name or key here is another template of pods: it rolls each server that has it, once, after an upgrade.
/// </remarks>
static class ConfigurationVolume
{
    const string UsersField = "spec.access.usersSecretRef";

    /// <summary>The end of the field with the keys of a bucket: of the data, of backups, or to restore from.</summary>
    const string BucketKeysField = ".bucket.credentialsSecretRef";

    /// <summary>The field with the claim for a bucket, which names a ConfigMap and a Secret.</summary>
    const string BucketClaimField = ".bucket.claimRef";

    static readonly string[] _keysOfSigningKey =
        [GeneratedSecret.CurrentKey, GeneratedSecret.PreviousKey, GeneratedSecret.PreviousUntilKey];

    static readonly string[] _keysOfCredentials =
    [
        GeneratedSecret.UserNameKey, GeneratedSecret.PasswordKey, GeneratedSecret.PreviousKey,
        GeneratedSecret.PreviousUntilKey,
    ];

    public static ProjectedSource Create(DeclaredResource resource, ReconcileInputs inputs) => new()
    {
        Sources =
        [
            Documents(resource, inputs),
            .. from reference in References(resource, inputs)
               group reference.Key by (reference.Kind, reference.Name) into named
               orderby named.Key.Kind, named.Key.Name
               select Projection(named.Key.Kind, named.Key.Name, named.Distinct().Order(StringComparer.Ordinal)),
        ],
    };

    /// <summary>
    /// Members that do not exist yet are already mounted (optional), so that no pod is rolled when they come.
    /// </summary>
    static IEnumerable<GroupMember> DeclaredMembers(DeclaredResource resource, ReconcileInputs inputs) =>
        inputs.Members.Prepend(resource).Select(m => m.Resource).OfType<RepositoryGroup>()
            .SelectMany(g => g.Spec.Members);

    static VolumeProjection Documents(DeclaredResource resource, ReconcileInputs inputs)
    {
        var members = DeclaredMembers(resource, inputs)
            .Select(m => ServerDocument.OfMember(m.Kind.ToString(), m.Name, ""))
            .Where(d => d.Key != $"{resource.Kind}.{resource.Name}.yaml")
            .DistinctBy(d => d.Key).OrderBy(d => d.Key, StringComparer.Ordinal);
        return new()
        {
            ConfigMap = new()
            {
                Name = ChildNames.Configuration(resource.Name),
                Items =
                [
                    new() { Key = "resource.yaml", Path = "resource.yaml" },
                    new() { Key = "platform.json", Path = "platform.json" },
                    .. members.Select(d => new KeyToPath { Key = d.Key, Path = d.Path }),
                ],
                Optional = true,
            },
        };
    }

    static IEnumerable<(DataKind Kind, string Name, string Key)> References(
        DeclaredResource resource, ReconcileInputs inputs)
    {
        foreach (var key in _keysOfSigningKey)
            yield return (DataKind.Secret, GeneratedSecret.SigningKey, key);
        foreach (var name in WithPasswords(resource, inputs))
        {
            foreach (var key in _keysOfCredentials)
                yield return (DataKind.Secret, ChildNames.Credentials(name), key);
        }
        foreach (var each in inputs.Members.Prepend(resource))
        {
            if (each.Resource is null)
                continue;
            foreach (var reference in DataReferences.Find(each.Resource).Where(
                r => each == resource || r.FieldPath == UsersField))
            {
                foreach (var key in GetKeys(reference))
                    yield return (reference.Kind, reference.Name, key);
            }
        }
    }

    /// <summary>Whether a member has a generated password is not known yet, or changes without the group.</summary>
    static IEnumerable<string> WithPasswords(DeclaredResource resource, ReconcileInputs inputs) =>
        DeclaredMembers(resource, inputs).Where(m => m.Kind is not MemberKind.RepositoryGroup).Select(m => m.Name)
            .Concat(CredentialsManifest.IsNeeded(resource) ? [resource.Name] : []);

    /// <summary>
    /// A projection puts each key at the path of its item; without items it puts them all at the root.
    /// </summary>
    static string[] GetKeys(NamedData reference) => reference switch
    {
        { Key: { } key } => [key],
        { FieldPath: UsersField } => ["htpasswd", "groups", "username", "password", "tokens", "keep-tokens"],
        { FieldPath: "spec.upstream.credentialsSecretRef" } => ["username", "password", "url", "proxyUrl"],
        { Kind: DataKind.ConfigMap, FieldPath: var field } when field.EndsWith(
            BucketClaimField, StringComparison.Ordinal) => [.. BucketClaimReference.Keys],
        { FieldPath: var field } when field.EndsWith(BucketClaimField, StringComparison.Ordinal) =>
            [BucketCredentialsKeys.UsualAccessKeyId, BucketCredentialsKeys.UsualSecretAccessKey],
        { FieldPath: var field } when field.EndsWith(BucketKeysField, StringComparison.Ordinal) =>
        [
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_CREDENTIALS",
            "AZURE_STORAGE_KEY",
        ],
        _ => throw new NotSupportedException($"{reference.FieldPath} names no key, and no keys of it are known."),
    };

    static VolumeProjection Projection(DataKind kind, string name, IEnumerable<string> keys)
    {
        var folder = kind is DataKind.Secret ? "secrets" : "configmaps";
        var named = new NamedProjection
        {
            Name = name,
            Items = [.. keys.Select(key => new KeyToPath { Key = key, Path = $"{folder}/{name}/{key}" })],
            Optional = true,
        };
        return kind is DataKind.Secret ? new() { Secret = named } : new() { ConfigMap = named };
    }
}
