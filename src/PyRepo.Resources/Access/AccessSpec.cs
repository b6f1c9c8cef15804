using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>The callers and their rights.</summary>
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

/// <summary>Accepts the cluster's ServiceAccount tokens.</summary>
public sealed record ServiceAccountsSpec
{
    public static readonly ObjectType<ServiceAccountsSpec> Type = new(fields => new(fields)) { IsMarker = true };

    /// <summary>Null means <c>pyrepo.dev/NAMESPACE</c>.</summary>
    public ValueList<string>? Audiences { get; init; }

    public ServiceAccountsSpec()
    {
    }

    ServiceAccountsSpec(FieldReader fields) =>
        Audiences = fields.Optional("audiences",
            new ListType<string>(new StringType(256), maxItems: 16) { MinItems = 1 },
            "The audiences that a token may have. If omitted, pyrepo.dev/NAMESPACE.");
}

/// <summary>An OpenID Connect issuer whose tokens are accepted.</summary>
public sealed record IdentityProvider
{
    public static readonly ObjectType<IdentityProvider> Type = new(fields => new(fields));

    public required string Name { get; init; }
    public required string Issuer { get; init; }
    public required string Audience { get; init; }

    public IdentityProvider()
    {
    }

    [SetsRequiredMembers]
    IdentityProvider(FieldReader fields)
    {
        Name = fields.Required("name", NameTypes.Label, "The name by which grants refer to this provider.");
        Issuer = fields.Required("issuer", AddressTypes.Issuer, "The issuer's URL, exactly as its tokens contain it.");
        Audience = fields.Required("audience", new StringType(256), "The audience that a token must have.");
    }
}

/// <summary>Gives a role to some callers, for some or all projects.</summary>
public sealed record Grant
{
    public static readonly ObjectType<Grant> Type = new(fields => new(fields));

    public ValueList<Subject> To { get; init; } = [];
    public Role Role { get; init; } = Role.Reader;

    /// <summary>Project names in which <c>*</c> matches any characters. Null means all projects.</summary>
    public ValueList<string>? Projects { get; init; }

    public Grant()
    {
    }

    Grant(FieldReader fields)
    {
        To = fields.Required("to", new ListType<Subject>(Subject.Type, maxItems: 64) { MinItems = 1 },
            "Who gets the role.");
        Role = fields.Required("role", new EnumType<Role>(),
            "Reader lists and downloads. Publisher also uploads. Maintainer also yanks, deletes, promotes, sets a "
            + "project's status and makes tokens. Auditor, which no other role includes, reads "
            + "the download log and erases callers from it.");
        Projects = fields.Optional("projects",
            new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000) { MinItems = 1 },
            "The projects to which the role applies; '*' matches any characters. If omitted, all projects.");
    }
}

/// <summary>The rights of a caller. Each role includes those before it, but for the Auditor's, which stands alone.
/// </summary>
public enum Role
{
    Reader,
    Publisher,
    Maintainer,

    /// <summary>Reads the download log.</summary>
    Auditor,
}
