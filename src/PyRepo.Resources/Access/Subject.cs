using PyRepo.Resources.Fields;

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
