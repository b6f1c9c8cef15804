using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Access;

/// <summary>The rules of <c>spec.access</c>.</summary>
public static class AccessRules
{
    public static readonly Rule<Subject> OneSubject = new()
    {
        DependsOn = ["anyone", "authenticated", "user", "group", "serviceAccount", "identity"],
        Cel = "[has(self.anyone), has(self.authenticated), has(self.user), has(self.group), has(self.serviceAccount), "
            + "has(self.identity)].filter(x, x).size() == 1",
        Predicate = subject => Kinds(subject).Count(isSet => isSet) == 1,
        Message = "must set exactly one of anyone, authenticated, user, group, serviceAccount and identity",
    };

    public static readonly Rule<AccessSpec> ProviderNamesDiffer = new()
    {
        FieldPath = "identityProviders",
        Cel = "!has(self.identityProviders) || "
            + "self.identityProviders.all(p, self.identityProviders.exists_one(q, q.name == p.name))",
        Predicate = access => RepeatedProvider(access) is null,
        Value = access => RepeatedProvider(access) ?? "",
        CelValue = "self.identityProviders[self.identityProviders.map(p, "
            + "self.identityProviders.exists_one(q, q.name == p.name)).indexOf(false)].name",
        Message = "is the name of more than one identity provider",
    };

    public static readonly Rule<AccessSpec> ProvidersAreDeclared = new()
    {
        FieldPath = "grants",
        DependsOn = ["identityProviders"],
        Cel = "!has(self.grants) || self.grants.all(g, g.to.all(s, !has(s.identity) || (has(self.identityProviders) && "
            + "self.identityProviders.exists(p, p.name == s.identity.provider))))",
        Predicate = access => UndeclaredProvider(access) is null,
        Value = access => UndeclaredProvider(access) ?? "",
        CelSubject = "the provider of an identity",
        Message = "is not the name of an entry in identityProviders",
    };

    public static readonly Rule<AccessSpec> ServiceAccountsAreAccepted = new()
    {
        FieldPath = "serviceAccounts",
        DependsOn = ["grants"],
        Cel = "has(self.serviceAccounts) || !has(self.grants)"
            + " || self.grants.all(g, g.to.all(s, !has(s.serviceAccount)))",
        Predicate = access =>
            access.ServiceAccounts is not null || Subjects(access).All(to => to.ServiceAccount is null),
        Message = "is required because a grant names a ServiceAccount: write serviceAccounts: {} to accept "
            + "ServiceAccount tokens",
    };

    static IEnumerable<bool> Kinds(Subject subject) =>
    [
        subject.Anyone is not null, subject.Authenticated is not null,
        subject.User is not null, subject.Group is not null,
        subject.ServiceAccount is not null, subject.Identity is not null,
    ];

    static IEnumerable<Subject> Subjects(AccessSpec access) => (access.Grants ?? []).SelectMany(grant => grant.To);

    static string? RepeatedProvider(AccessSpec access) => access.IdentityProviders
        .GroupBy(provider => provider.Name, StringComparer.Ordinal).FirstOrDefault(named => named.Count() > 1)?.Key;

    static string? UndeclaredProvider(AccessSpec access) => Subjects(access)
        .Select(subject => subject.Identity?.Provider)
        .FirstOrDefault(name => name is not null && access.IdentityProviders.All(provider => provider.Name != name));
}
