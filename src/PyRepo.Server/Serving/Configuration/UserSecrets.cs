using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Access;

namespace PyRepo.Server.Serving.Configuration;

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
