using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Access;

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
            + "project's status and makes tokens.");
        Projects = fields.Optional("projects",
            new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000) { MinItems = 1 },
            "The projects to which the role applies; '*' matches any characters. If omitted, all projects.");
    }
}
