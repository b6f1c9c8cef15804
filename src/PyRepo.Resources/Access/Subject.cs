using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>The subject of a grant. Exactly one of the six properties is set.</summary>
public sealed record Subject
{
    public static readonly ObjectType<Subject> Type = new(fields => new(fields)) { Rules = [AccessRules.OneSubject] };

    public AnyoneSubject? Anyone { get; init; }
    public AuthenticatedSubject? Authenticated { get; init; }
    public string? User { get; init; }
    public string? Group { get; init; }
    public ServiceAccountSubject? ServiceAccount { get; init; }
    public IdentitySubject? Identity { get; init; }

    public Subject()
    {
    }

    Subject(FieldReader fields)
    {
        Anyone = fields.Optional("anyone", AnyoneSubject.Type, "Every caller, authenticated or not.");
        Authenticated = fields.Optional("authenticated", AuthenticatedSubject.Type, "Every authenticated user or "
        + "ServiceAccount.");
        User = fields.Optional("user", NameTypes.User, "A user from usersSecretRef.");
        Group = fields.Optional("group", NameTypes.User, "All users of a group from usersSecretRef.");
        ServiceAccount = fields.Optional("serviceAccount", ServiceAccountSubject.Type,
            "A ServiceAccount of the cluster.");
        Identity = fields.Optional("identity", IdentitySubject.Type, "Callers with a token of an identity provider.");
    }
}

/// <summary>Every authenticated user or ServiceAccount.</summary>
public sealed record AuthenticatedSubject
{
    public static readonly ObjectType<AuthenticatedSubject> Type = new(_ => new()) { IsMarker = true };
}

/// <summary>Every caller.</summary>
public sealed record AnyoneSubject
{
    public static readonly ObjectType<AnyoneSubject> Type = new(_ => new()) { IsMarker = true };
}

/// <summary>A ServiceAccount of the cluster.</summary>
public sealed record ServiceAccountSubject
{
    public static readonly ObjectType<ServiceAccountSubject> Type = new(fields => new(fields));

    /// <summary>Null means the resource's namespace.</summary>
    public string? Namespace { get; init; }

    public required string Name { get; init; }

    public ServiceAccountSubject()
    {
    }

    [SetsRequiredMembers]
    ServiceAccountSubject(FieldReader fields)
    {
        Namespace = fields.Optional("namespace", NameTypes.Namespace,
            "The ServiceAccount's namespace. If omitted, the resource's namespace.");
        Name = fields.Required("name", NameTypes.Object, "The ServiceAccount's name.");
    }
}

/// <summary>Callers with a token of an identity provider that contains all the claims.</summary>
public sealed record IdentitySubject
{
    public static readonly ObjectType<IdentitySubject> Type = new(fields => new(fields));

    public required string Provider { get; init; }

    /// <summary>Never empty: anyone on the internet can get a token from a public provider.</summary>
    public ValueDictionary<string> Claims { get; init; } = ValueDictionary<string>.Empty;

    public IdentitySubject()
    {
    }

    [SetsRequiredMembers]
    IdentitySubject(FieldReader fields)
    {
        Provider = fields.Required("provider", NameTypes.Label, "The name of an entry in identityProviders.");
        Claims = fields.Required("claims",
            new MapType<string>(new StringType(512), maxEntries: 16, maxKeyLength: 128) { MinEntries = 1 },
            "The claims that the token must contain, with their values, such as repository: acme/lib.");
    }
}
