using PyRepo.Resources.Manifests;
using PyRepo.Server.Access;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The users of a Secret, parsed once for as long as its content stays the same.</summary>
/// <param name="Secret">The Secret.</param>
/// <param name="Users">The users.</param>
/// <param name="Problem">The problem with the Secret, or null.</param>
sealed record SecretUsers(SecretDocument Secret, UserStore Users, string? Problem)
{
    /// <summary>Parses the users of a Secret, unless they are known.</summary>
    /// <param name="secret">The Secret.</param>
    /// <param name="known">The users of the same Secret in an earlier configuration, or null.</param>
    public static SecretUsers Read(SecretDocument secret, SecretUsers? known)
    {
        if (known is not null && HasSameData(secret, known.Secret))
            return known;
        var users = UserStore.Read(UserSecrets.GetData(secret), out var problem);
        return new(secret, users, problem);
    }

    static bool HasSameData(SecretDocument one, SecretDocument other) =>
        one.Data.Count == other.Data.Count
        && one.Data.All(pair => other.Data.TryGetValue(pair.Key, out var value)
            && pair.Value.Span.SequenceEqual(value.Span));
}
