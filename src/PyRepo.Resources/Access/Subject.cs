using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>Whom a grant is for: exactly one of the six is set.</summary>
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
        Anyone = fields.Optional("anyone", AnyoneSubject.Type, "Every caller, with or without a name.");
        Authenticated = fields.Optional("authenticated", AuthenticatedSubject.Type, "Every caller who proved a name.");
        User = fields.Optional("user", NameTypes.User, "A user of usersSecretRef.");
        Group = fields.Optional("group", NameTypes.User, "The users of a group of usersSecretRef.");
        ServiceAccount = fields.Optional("serviceAccount", ServiceAccountSubject.Type,
            "A ServiceAccount of the cluster.");
        Identity = fields.Optional("identity", IdentitySubject.Type, "Holders of an identity provider's token.");
    }
}
