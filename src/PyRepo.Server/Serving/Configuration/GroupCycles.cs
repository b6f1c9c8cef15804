using PyRepo.Resources;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Finds groups that contain themselves, directly or through other groups.</summary>
static class GroupCycles
{
    /// <summary>Returns a problem for each group that is in a loop.</summary>
    public static IEnumerable<Problem> Of(ManifestSet set)
    {
        var groups = set.Resources.OfType<RepositoryGroup>().ToDictionary(g => (g.Metadata.Namespace, g.Metadata.Name));
        foreach (var group in groups.Values)
        {
            if (Reaches(group, group, groups, []))
            {
                yield return Problem.At(
                    group.PositionOf("spec.members"), "spec.members",
                    $"the group \"{group.Metadata.Name}\" contains itself, directly or through its members",
                    ProblemReason.Invalid);
            }
        }
    }

    static bool Reaches(
        RepositoryGroup from, RepositoryGroup target, Dictionary<(string, string), RepositoryGroup> groups,
        HashSet<string> seen)
    {
        foreach (var member in from.Spec.Members.Where(m => m.Kind is MemberKind.RepositoryGroup))
        {
            if (member.Name == target.Metadata.Name)
                return true;
            if (seen.Add(member.Name) && groups.TryGetValue((from.Metadata.Namespace, member.Name), out var inner)
                && Reaches(inner, target, groups, seen))
            {
                return true;
            }
        }
        return false;
    }
}
