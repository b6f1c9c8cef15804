using System.Collections.Frozen;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The Secrets with a repository's users.</summary>
static class UserSecrets
{
    const string Field = "spec.access.usersSecretRef";

    /// <summary>Returns a configuration with the users of the Secrets that its resources name.</summary>
    /// <param name="read">The configuration.</param>
    /// <param name="current">The one in effect: what has not changed since is not parsed again.</param>
    public static ServerConfiguration AddTo(ServerConfiguration read, ServerConfiguration? current) => read with
    {
        Users = read.Manifests.Resources.Select(GetName).OfType<ObjectName>().Distinct()
            .Where(read.Manifests.Secrets.ContainsKey)
            .ToFrozenDictionary(
                name => name,
                name => SecretUsers.Read(read.Manifests.Secrets[name], current?.Users.GetValueOrDefault(name))),
    };

    /// <summary>Returns the problems of Secrets that exist but cannot be used as they are.</summary>
    public static IEnumerable<Diagnostic> Unusable(ServerConfiguration configuration) =>
        from resource in configuration.Manifests.Resources
        let problem = configuration.FindUsers(resource)?.Problem
        where problem is not null
        let name = resource.Spec().Access!.UsersSecretRef!.Name
        select Diagnostic.At(
            resource.GetPosition(Field), Field, $"the Secret \"{name}\" {problem}", ProblemReason.MissingReference);

    /// <summary>Returns the name of the Secret with a resource's users, or null if it names none.</summary>
    public static ObjectName? GetName(Resource resource) =>
        resource.Spec().Access?.UsersSecretRef is { Name: var name }
            ? new ObjectName(resource.Metadata.Namespace, name) : null;

    /// <summary>Returns a Secret's keys and values.</summary>
    public static Dictionary<string, byte[]> GetData(DataDocument secret) =>
        secret.Data.ToDictionary(p => p.Key, p => p.Value.ToArray());
}
