using System.Collections.Frozen;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>
/// The projects that are in use here: those that the policy names, and those that are fetched most. A new project whose
/// name is almost one of these may want to be taken for it.
/// </summary>
sealed class UsedNames
{
    /// <summary>The names that are compared with. More make a coincidence likely.</summary>
    public const int MaxNames = 1000;

    volatile Names _names = new([]);

    /// <summary>Replaces the names. Of too many, the first count.</summary>
    public void Use(IEnumerable<ProjectName> names) => _names = new(names.Distinct().Take(MaxNames));

    /// <summary>Returns the project in use whose name is one typo away from another's, or null.</summary>
    public ProjectName? FindResembled(ProjectName project)
    {
        foreach (var name in _names.All)
        {
            if (Typo.IsOneAway(project, name))
                return name;
        }
        return null;
    }

    /// <summary>Returns the project in use that a module is named as, or null.</summary>
    public ProjectName? FindModule(string module) =>
        _names.ByModule.TryGetValue(module, out var name) ? name : null;

    sealed class Names(IEnumerable<ProjectName> names)
    {
        public IReadOnlyList<ProjectName> All { get; } = [.. names];

        public FrozenDictionary<string, ProjectName> ByModule => field ??= All.ToFrozenDictionary(
            name => name.Value.Replace('-', '_'), StringComparer.Ordinal);
    }
}
