using System.Collections.Immutable;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// Reads the configuration, either from manifests as for <c>kubectl apply</c> or from the volume that the operator
/// mounts.
/// </summary>
static class ConfigurationReader
{
    /// <summary>Reads the whole configuration, with all its problems.</summary>
    /// <param name="manifests">The files and folders.</param>
    /// <param name="current">The configuration in effect.</param>
    /// <param name="clock">The time, by which a value that was rotated away ends; null: the system's.</param>
    public static ServerConfiguration Read(
        ImmutableArray<string> manifests, ServerConfiguration? current = null, TimeProvider? clock = null) =>
        Parse(ConfigurationFiles.Load(manifests, (clock ?? TimeProvider.System).GetUtcNow()), manifests, current);

    /// <summary>Parses the whole configuration. Users that the one in effect has already are taken from it.</summary>
    /// <param name="files">The content that was read.</param>
    /// <param name="manifests">The files and folders that it was read from.</param>
    /// <param name="current">The configuration in effect.</param>
    public static ServerConfiguration Parse(
        ConfigurationFiles files, ImmutableArray<string> manifests, ServerConfiguration? current)
    {
        if (files.Mounted is { } mounted)
        {
            return PolicyReader.AddTo(TrustedRootReader.AddTo(
                UserSecrets.AddTo(MountedVolume.Parse(files, mounted, current?.Platform), current)));
        }
        var set = files.Manifests.Read();
        var hash = ContentHash.Compute(files.TextParts);
        var read = new ServerConfiguration
        {
            Manifests = set,
            IsMounted = false,
            Hash = hash,
            DeclaredHash = hash,
            Problems = [],
        };
        read = PolicyReader.AddTo(TrustedRootReader.AddTo(UserSecrets.AddTo(read, current)));
        return read with
        {
            Problems =
            [
                .. set.Problems,
                .. read.BadReferences,
                .. CrossChecks.MissingMembers(set),
                .. DuplicateNames(set),
                .. GroupCycles.Find(set),
                .. VolumeSnapshots.Restored(read),
                .. NothingToServe(set, manifests),
            ],
        };
    }

    /// <summary>
    /// Finds duplicate names. Each resource is served under its name, so two namespaces cannot use the same one.
    /// </summary>
    static IEnumerable<Diagnostic> DuplicateNames(ManifestSet set) =>
        from resource in set.Resources
        group resource by resource.Metadata.Name into same
        from second in same.Skip(1)
        select Diagnostic.At(
            second.GetPosition("metadata.name"), "metadata.name",
            $"\"{same.Key}\" is taken: the {same.First().Kind} at {same.First().Position} is served under this name",
            ProblemReason.NameTaken);

    static IEnumerable<Diagnostic> NothingToServe(ManifestSet set, ImmutableArray<string> manifests) =>
        set.Resources.IsEmpty && set.Problems.IsEmpty
            ? [new Diagnostic(
                string.Join(", ", manifests.Select(m => StandardInput.Is(m) ? StandardInput.Name : m)), 0, 0, "",
                "contains no PythonRepository, ProxyRepository or RepositoryGroup")]
            : [];
}

/// <summary>Finds groups that contain themselves, directly or through other groups.</summary>
static class GroupCycles
{
    /// <summary>Returns a problem for each group that is in a loop.</summary>
    public static IEnumerable<Diagnostic> Find(ManifestSet set)
    {
        var groups = set.Resources.OfType<RepositoryGroup>().ToDictionary(g => (g.Metadata.Namespace, g.Metadata.Name));
        foreach (var group in groups.Values)
        {
            if (Reaches(group, group, groups, []))
            {
                yield return Diagnostic.At(
                    group.GetPosition("spec.members"), "spec.members",
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
