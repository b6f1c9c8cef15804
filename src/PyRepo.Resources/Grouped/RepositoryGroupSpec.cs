using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
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

/// <summary>How a group serves a project that several members have.</summary>
public enum Resolution
{
    /// <summary>Only the first member that has the project is used.</summary>
    FirstMatch,

    /// <summary>The files of all members that have the project are listed.</summary>
    Merge,
}

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

/// <summary>The kinds that can be members of a group.</summary>
public enum MemberKind
{
    PythonRepository,
    ProxyRepository,

    /// <summary>Another group.</summary>
    RepositoryGroup,
}

/// <summary>The rules of a RepositoryGroup's spec.</summary>
public static class GroupRules
{
    public static readonly Rule<RepositoryGroupSpec> MembersDiffer = new()
    {
        FieldPath = "members",
        Cel = "self.members.all(m, self.members.exists_one(n, n.name == m.name))",
        Predicate = spec => Repeated(spec) is null,
        Value = spec => Repeated(spec) ?? "",
        CelValue = "self.members[self.members.map(m, "
            + "self.members.exists_one(n, n.name == m.name)).indexOf(false)].name",
        Message = "is listed more than once",
    };

    public static readonly Rule<RepositoryGroupSpec> UploadToMember = new()
    {
        FieldPath = "uploadTo",
        DependsOn = ["members"],
        Cel = "!has(self.uploadTo) || self.uploadTo == '' || "
            + "self.members.exists(m, m.kind == 'PythonRepository' && m.name == self.uploadTo)",
        Predicate = spec => spec.UploadTo is null
            || spec.Members.Any(member => member.Kind == MemberKind.PythonRepository && member.Name == spec.UploadTo),
        Value = spec => spec.UploadTo ?? "",
        CelValue = "self.uploadTo",
        Message = "is not the name of a member of kind PythonRepository",
    };

    static string? Repeated(RepositoryGroupSpec spec) => spec.Members
        .GroupBy(member => member.Name, StringComparer.Ordinal).FirstOrDefault(named => named.Count() > 1)?.Key;
}
