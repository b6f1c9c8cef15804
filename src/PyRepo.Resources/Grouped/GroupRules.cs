using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Grouped;

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
