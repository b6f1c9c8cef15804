using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Grouped;

/// <summary>A member of a group, in the group's namespace.</summary>
public sealed record GroupMember
{
    public static readonly ObjectType<GroupMember> Type = new(fields => new(fields));

    public required MemberKind Kind { get; init; }
    public required string Name { get; init; }

    public GroupMember()
    {
    }

    [SetsRequiredMembers]
    GroupMember(FieldReader fields)
    {
        Kind = fields.Required("kind", new EnumType<MemberKind>(), "The member's kind: PythonRepository, "
        + "ProxyRepository or RepositoryGroup.");
        Name = fields.Required("name", NameTypes.Resource, "The member's name.");
    }
}
