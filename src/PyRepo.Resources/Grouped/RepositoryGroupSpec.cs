using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Grouped;

/// <summary>The desired state of a RepositoryGroup.</summary>
public sealed record RepositoryGroupSpec : ServedSpec
{
    public static readonly ObjectType<RepositoryGroupSpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            ServingRules.IngressOrGateway<RepositoryGroupSpec>(), GroupRules.MembersDiffer, GroupRules.UploadToMember,
        ],
    };

    /// <summary>In order of priority.</summary>
    public ValueList<GroupMember> Members { get; init; } = [];

    public Resolution Resolution { get; init; } = Resolution.FirstMatch;
    public ValueList<string> Reserved { get; init; } = [];

    /// <summary>The member that receives uploads. Null rejects them.</summary>
    public string? UploadTo { get; init; }

    public RepositoryGroupSpec()
    {
    }

    RepositoryGroupSpec(FieldReader fields) : base(fields, "Who may do what. If omitted, only the members decide.")
    {
        Members = fields.Required("members", new ListType<GroupMember>(GroupMember.Type, maxItems: 64) { MinItems = 1 },
            "The repositories of the group, in the same namespace and in order of priority.");
        Resolution = fields.Default("resolution", new EnumType<Resolution>(), Resolution,
            "FirstMatch uses only the first member that has the project. Merge lists the files of all members that "
            + "have it.");
        Reserved = fields.Default("reserved", new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000), Reserved,
            "Names that never come from a proxy, even before their first upload; '*' matches any characters.");
        UploadTo = fields.Optional("uploadTo", NameTypes.OptionalResource,
            "The PythonRepository among the members that receives uploads. If omitted, the group accepts no uploads.");
    }
}
