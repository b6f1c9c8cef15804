using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources;

/// <summary>Several repositories under one URL.</summary>
public sealed record RepositoryGroup : Resource
{
    public const string KindName = "RepositoryGroup";

    static readonly Rule<RepositoryGroup> _notItself = new()
    {
        FieldPath = "spec.members",
        DependsOn = ["metadata.name"],
        Cel = "self.spec.members.all(m, m.name != self.metadata.name)",
        Predicate = group => group.Spec.Members.All(member => member.Name != group.Metadata.Name),
        Value = group => group.Metadata.Name,
        CelValue = "self.metadata.name",
        Message = "is the group itself: a group cannot be its own member",
    };

    public static readonly ObjectType<RepositoryGroup> Type = new(fields => new(fields))
    {
        Rules = [_notItself],
    };

    public override string Kind => KindName;

    public required RepositoryGroupSpec Spec { get; init; }

    public RepositoryGroup()
    {
    }

    [SetsRequiredMembers]
    RepositoryGroup(FieldReader fields) : base(fields) =>
        Spec = fields.Required("spec", RepositoryGroupSpec.Type, "The desired state of the group.");
}
