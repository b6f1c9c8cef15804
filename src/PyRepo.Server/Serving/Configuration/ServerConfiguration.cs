using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Server.Access;

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
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>
    /// Fields that are known, but have no effect yet: <c>file:line:column: field: not supported yet</c>.
    /// </summary>
    public ImmutableArray<Problem> NotSupportedYet => [.. Manifests.Resources.SelectMany(UnsupportedFields.In)];

    /// <summary>Problems with the Secrets and keys that resources name: they are missing or unusable.</summary>
    public ImmutableArray<Problem> BadReferences =>
    [
        .. CrossChecks.MissingReferences(Manifests),
        .. UserSecrets.Unusable(Manifests),
        .. GeneratedSecrets.Unusable(this),
        .. UpstreamReader.Unusable(this),
        .. PolicyReader.UnreadableAdvisories(this),
    ];

    /// <summary>What is probably not meant, but does not prevent the configuration from taking effect.</summary>
    public ImmutableArray<Problem> Warnings =>
    [
        .. Manifests.Warnings,
        .. GrantedUsers.Missing(this),
        .. UpstreamReader.CredentialsForOthers(this),
        .. PolicyReader.Unusable(this),
    ];

    /// <summary>
    /// Returns the text of a problem for <c>/status</c>. The author of a mounted resource never saw the file that the
    /// operator created from it, so the text names only the field.
    /// </summary>
    public string TextOf(Problem problem)
    {
        if (!IsMounted || problem.Source != MountedVolume.ResourceFile)
            return problem.ToString();
        return problem.FieldPath.Length == 0 ? problem.Message : $"{problem.FieldPath}: {problem.Message}";
    }

    /// <summary>Returns a problem in the format of <c>/status</c>.</summary>
    public ReportedProblem ReportOf(Problem problem) => new(problem.Reason, problem.Source, TextOf(problem));

    /// <summary>
    /// Returns the folder of a resource's data below <c>--data</c>. In a cluster, a volume contains the data of one
    /// repository. A resource with another name can use the volume later (<c>existingClaim</c>,
    /// <c>pyrepo.dev/take-over</c>), so the folder is not named after the resource.
    /// </summary>
    public string FolderOf(Resource resource, string data) =>
        Path.Combine(data, IsMounted ? "repository" : resource.Metadata.Name);

    /// <summary>
    /// Returns the text under a key of a Secret or ConfigMap that a resource names, or null if it does not exist.
    /// </summary>
    public string? FindData(Resource resource, DataKind kind, string name, string key)
    {
        var found = new ObjectName(resource.Metadata.Namespace, name);
        DataDocument? document = kind is DataKind.Secret
            ? Manifests.Secrets.GetValueOrDefault(found)
            : Manifests.ConfigMaps.GetValueOrDefault(found);
        return document is not null && document.Data.TryGetValue(key, out var bytes)
            ? Encoding.UTF8.GetString(bytes.Span) : null;
    }

    /// <summary>
    /// Returns the keys and values of the Secret that a resource names, or null if it does not exist.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]>? FindSecret(Resource resource, string name) =>
        Manifests.Secrets.TryGetValue(new ObjectName(resource.Metadata.Namespace, name), out var secret)
            ? UserSecrets.DataOf(secret)
            : null;
}

/// <summary>A problem as <c>/status</c> reports it.</summary>
/// <param name="Reason">What kind of problem it is. Programs read this, not the message.</param>
/// <param name="Source">
/// The file with the problem, relative to the folder that the operator mounts. Empty if no file has it.
/// </param>
/// <param name="Message">What is wrong, and where.</param>
sealed record ReportedProblem(ProblemReason Reason, string Source, string Message);

/// <summary>The Secrets with a repository's users.</summary>
static class UserSecrets
{
    /// <summary>Returns the problems of Secrets that exist but cannot be used as they are.</summary>
    public static IEnumerable<Problem> Unusable(ManifestSet set)
    {
        foreach (var resource in set.Resources)
        {
            if (resource.Spec().Access?.UsersSecretRef is not { Name: var name }
                || !set.Secrets.TryGetValue(new ObjectName(resource.Metadata.Namespace, name), out var secret))
            {
                continue;
            }
            UserStore.Read(DataOf(secret), out var problem);
            const string field = "spec.access.usersSecretRef";
            if (problem is not null)
            {
                yield return Problem.At(
                    resource.PositionOf(field), field, $"the Secret \"{name}\" {problem}",
                    ProblemReason.MissingReference);
            }
        }
    }

    /// <summary>Returns a Secret's keys and values.</summary>
    public static Dictionary<string, byte[]> DataOf(DataDocument secret) =>
        secret.Data.ToDictionary(p => p.Key, p => p.Value.ToArray());
}

/// <summary>Finds grants to users and groups that do not exist.</summary>
static class GrantedUsers
{
    /// <summary>Returns a warning for each user and group that a grant names and that no Secret has.</summary>
    public static IEnumerable<Problem> Missing(ServerConfiguration configuration) =>
        from resource in configuration.Manifests.Resources
        let secret = resource.Spec().Access?.UsersSecretRef?.Name
        let users = UsersOf(resource, secret, configuration)
        where users is not null
        from grant in (resource.Spec().Access?.Grants ?? []).Index()
        from subject in grant.Item.To.Index()
        let missing = MissingIn(users, secret, subject.Item.User, subject.Item.Group)
        where missing is not null
        let field = $"spec.access.grants[{grant.Index}].to[{subject.Index}].{missing.Value.Field}"
        select Problem.At(resource.PositionOf(field), field, missing.Value.Message, ProblemReason.MissingReference);

    /// <summary>Returns the users, or null if their Secret is missing, which is reported elsewhere.</summary>
    static UserStore? UsersOf(Resource resource, string? secret, ServerConfiguration configuration)
    {
        if (secret is null)
            return UserStore.Empty;
        return configuration.FindSecret(resource, secret) is { } data ? UserStore.Read(data, out _) : null;
    }

    static (string Field, string Message)? MissingIn(UserStore users, string? secret, string? user, string? group)
    {
        if (user is not null && !users.Passwords.ContainsKey(user))
        {
            return ("user", secret is null
                ? $"there is no user {Quote.Text(user)}: usersSecretRef names no Secret with users"
                : $"there is no user {Quote.Text(user)} in the Secret \"{secret}\"");
        }
        if (group is null
            || users.Groups.Any(of => of.Value.Contains(group) && users.Passwords.ContainsKey(of.Key)))
        {
            return null;
        }
        return ("group", secret is null
            ? $"there is no group {Quote.Text(group)}: usersSecretRef names no Secret with users"
            : $"no user in the Secret \"{secret}\" is in a group {Quote.Text(group)}");
    }
}
