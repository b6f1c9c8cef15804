using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>Who may do what.</summary>
public sealed record AccessSpec
{
    public static readonly ObjectType<AccessSpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            AccessRules.ProviderNamesDiffer, AccessRules.ProvidersAreDeclared, AccessRules.ServiceAccountsAreAccepted,
        ],
    };

    public SecretReference? UsersSecretRef { get; init; }
    public ValueList<IdentityProvider> IdentityProviders { get; init; } = [];
    public ServiceAccountsSpec? ServiceAccounts { get; init; }

    /// <summary>Null if omitted: anyone reads, and every user is Maintainer. An empty list denies access to
    /// everyone.</summary>
    public ValueList<Grant>? Grants { get; init; }

    public AccessSpec()
    {
    }

    AccessSpec(FieldReader fields)
    {
        UsersSecretRef = fields.Optional("usersSecretRef", SecretReference.Type,
            "The Secret with the users: either the key htpasswd and optionally groups, or the keys username and "
            + "password; in any case optionally tokens.");
        IdentityProviders = fields.Default("identityProviders",
            new ListType<IdentityProvider>(IdentityProvider.Type, maxItems: 16), IdentityProviders,
            "The OpenID Connect issuers whose tokens are accepted, for example for trusted publishing.");
        ServiceAccounts = fields.Optional("serviceAccounts", ServiceAccountsSpec.Type,
            "Accepts the cluster's ServiceAccount tokens as passwords.");
        Grants = fields.Optional("grants", new ListType<Grant>(Grant.Type, maxItems: 128),
            "Who may do what to which projects. If omitted, anyone reads, and each user of usersSecretRef is "
            + "Maintainer.");
    }
}
