using System.Collections.Immutable;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// Checks the references between documents. In a cluster, a referenced object may be created later; on a laptop, these
/// documents are all there is. An invalid document does not count as missing.
/// </summary>
public static class CrossChecks
{
    /// <summary>Reports each Secret, ConfigMap or key that a resource refers to and the set does not contain.</summary>
    public static ImmutableArray<Diagnostic> MissingReferences(ManifestSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return
        [
            .. (from resource in set.Resources
                from data in DataReferences.Find(resource)
                let message = MissingDataMessage(set, resource, data)
                where message is not null
                select Missing(resource, data.FieldPath + ".name", message)).Distinct(),
        ];
    }

    /// <summary>Reports each member of a group that the set does not contain, or that has a different kind.</summary>
    public static ImmutableArray<Diagnostic> MissingMembers(ManifestSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var kinds = set.Resources.ToDictionary(
            resource => new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name), resource => resource.Kind);
        return
        [
            .. from resource in set.Resources.OfType<RepositoryGroup>()
               from member in resource.Spec.Members.Select((member, index) => (member.Kind, member.Name, Index: index))
               let name = new ObjectName(resource.Metadata.Namespace, member.Name)
               let kind = kinds.GetValueOrDefault(name)
               where kind != member.Kind.ToString() && !set.Broken.Contains((member.Kind.ToString(), name))
               let message = MemberMessage(resource, member.Kind, member.Name, kind)
               select Missing(resource, $"spec.members[{member.Index}].name", message),
        ];
    }

    static string? MissingDataMessage(ManifestSet set, Resource resource, NamedData data)
    {
        var name = new ObjectName(resource.Metadata.Namespace, data.Name);
        if (set.Broken.Contains((data.Kind.ToString(), name)))
            return null;
        DataDocument? document = data.Kind == DataKind.Secret
            ? set.Secrets.GetValueOrDefault(name) : set.ConfigMaps.GetValueOrDefault(name);
        if (document is null)
            return $"the {data.Kind} \"{data.Name}\" is not among the documents of the namespace {name.Namespace}";
        if (data.Key is null)
            return null;
        if (!document.Data.TryGetValue(data.Key, out var value))
            return $"the {data.Kind} \"{data.Name}\" has no key \"{data.Key}\"";
        return value.Span.Trim(" \t\r\n"u8).IsEmpty
            ? $"the {data.Kind} \"{data.Name}\" has nothing in its key \"{data.Key}\"" : null;
    }

    static string MemberMessage(RepositoryGroup group, MemberKind expected, string name, string? actual) =>
        actual is null
        ? $"no {expected} \"{name}\" is among the documents of the namespace {group.Metadata.Namespace}"
        : $"\"{name}\" is a {actual}, not a {expected}";

    static Diagnostic Missing(Resource resource, string fieldPath, string message) =>
        Diagnostic.At(resource.GetPosition(fieldPath), fieldPath, message, ProblemReason.MissingReference);
}
