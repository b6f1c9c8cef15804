using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

/// <summary>Gives a role to some callers, for all projects or for some.</summary>
public sealed record Grant
{
    public static readonly ObjectType<Grant> Type = new(fields => new(fields));

    public ValueList<Subject> To { get; init; } = [];
    public Role Role { get; init; } = Role.Reader;

    /// <summary>Names in which <c>*</c> stands for any characters; null means all projects.</summary>
    public ValueList<string>? Projects { get; init; }

    public Grant()
    {
    }

    Grant(FieldReader fields)
    {
        To = fields.Required("to", new ListType<Subject>(Subject.Type, maxItems: 64) { MinItems = 1 },
            "Who is given the role.");
        Role = fields.Required("role", new EnumType<Role>(),
            "Reader lists and downloads; Publisher also uploads; Maintainer also yanks, deletes, promotes and sets "
            + "a project's status.");
        Projects = fields.Optional("projects",
            new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000) { MinItems = 1 },
            "The projects that the role is for, '*' standing for any characters; left out, all.");
    }
}
