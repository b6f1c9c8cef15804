using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Grouped;

/// <summary>What a RepositoryGroup should be.</summary>
public sealed record RepositoryGroupSpec : ServedSpec
{
    public static readonly ObjectType<RepositoryGroupSpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            ServingRules.IngressOrGateway<RepositoryGroupSpec>(), GroupRules.MembersDiffer, GroupRules.UploadToMember,
        ],
    };

    /// <summary>The order is the priority.</summary>
    public ValueList<GroupMember> Members { get; init; } = [];

    public Resolution Resolution { get; init; } = Resolution.FirstMatch;
    public ValueList<string> Reserved { get; init; } = [];

    /// <summary>The member that takes uploads; null refuses them.</summary>
    public string? UploadTo { get; init; }

    public RepositoryGroupSpec()
    {
    }

    RepositoryGroupSpec(FieldReader fields) : base(fields, "Who may do what. Left out, the members alone decide.")
    {
        Members = fields.Required("members", new ListType<GroupMember>(GroupMember.Type, maxItems: 64) { MinItems = 1 },
            "The repositories of the group, in the same namespace. The order is the priority.");
        Resolution = fields.Default("resolution", new EnumType<Resolution>(), Resolution,
            "FirstMatch lets the first member that knows a project answer alone, Merge lists the files of all.");
        Reserved = fields.Default("reserved", new ListType<string>(NameTypes.ProjectPattern, maxItems: 1000), Reserved,
            "Names that never come from a proxy, even before they are first uploaded; '*' stands for any characters.");
        UploadTo = fields.Optional("uploadTo", NameTypes.OptionalResource,
            "The member, a PythonRepository, that takes the uploads; left out, the group takes none.");
    }
}
