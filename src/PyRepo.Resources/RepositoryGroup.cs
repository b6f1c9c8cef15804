using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources;

/// <summary>Several repositories under one address.</summary>
public sealed record RepositoryGroup : Resource
{
    public const string KindName = "RepositoryGroup";

    public static readonly ObjectType<RepositoryGroup> Type = new(fields => new(fields))
    {
        Rules = [GroupRules.NotItself],
    };

    public override string Kind => KindName;

    public required RepositoryGroupSpec Spec { get; init; }

    public RepositoryGroup()
    {
    }

    [SetsRequiredMembers]
    RepositoryGroup(FieldReader fields) : base(fields) =>
        Spec = fields.Required("spec", RepositoryGroupSpec.Type, "What the group should be.");
}
