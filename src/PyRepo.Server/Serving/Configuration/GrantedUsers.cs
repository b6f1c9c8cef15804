using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Server.Access;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Finds grants to users and groups that do not exist.</summary>
static class GrantedUsers
{
    /// <summary>Returns a warning for each user and group that a grant names and that no Secret has.</summary>
    public static IEnumerable<Diagnostic> Missing(ServerConfiguration configuration) =>
        from resource in configuration.Manifests.Resources
        let secret = resource.Spec().Access?.UsersSecretRef?.Name
        let users = secret is null ? UserStore.Empty : configuration.FindUsers(resource)?.Users
        where users is not null
        from grant in (resource.Spec().Access?.Grants ?? []).Index()
        from subject in grant.Item.To.Index()
        let missing = MissingIn(users, secret, subject.Item.User, subject.Item.Group)
        where missing is not null
        let field = $"spec.access.grants[{grant.Index}].to[{subject.Index}].{missing.Value.Field}"
        select Diagnostic.At(resource.GetPosition(field), field, missing.Value.Message, ProblemReason.MissingReference);

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
