using System.Collections.Frozen;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>
/// The projects that are in use here: those that the policy names, and those that are fetched most. A new project whose
/// name is almost one of these may want to be taken for it.
/// </summary>
sealed class UsedNames
{
    /// <summary>
    /// The folders that many wheels have by accident. Anybody can make a project of that name one that is in use here.
    /// </summary>
    static readonly FrozenSet<string> _common = FrozenSet.Create(
        StringComparer.Ordinal, "benchmarks", "build", "docs", "examples", "lib", "scripts", "src", "test", "tests",
        "tools", "utils");

    /// <summary>The names that are compared with. More make a coincidence likely.</summary>
    public const int MaxNames = 1000;

    readonly Lock _lock = new();
    volatile Names _names = new([], []);
    volatile bool _isRead;

    /// <summary>Replaces the projects that the policy names. They resemble nobody: somebody wants them.</summary>
    public void UseNamed(IEnumerable<ProjectName> named)
    {
        lock (_lock)
            _names = new([.. named], _names.Fetched);
    }

    /// <summary>Replaces those that are fetched, the most fetched first.</summary>
    public void UseFetched(IEnumerable<ProjectName> fetched)
    {
        lock (_lock)
            _names = new(_names.Named, [.. fetched.Take(MaxNames)]);
        _isRead = true;
    }

    /// <summary>Returns the project in use whose name is one typo away from another's, or null.</summary>
    /// <param name="project">The other project.</param>
    /// <param name="last">The one that was found last. It stays until it is known what is fetched.</param>
    public string? FindResembled(ProjectName project, string? last)
    {
        var names = _names;
        if (names.Named.Contains(project))
            return null;
        foreach (var name in names.All)
        {
            if (Typo.IsOneAway(project, name))
                return name.Value;
        }
        return _isRead ? null : last;
    }

    /// <summary>Returns the project in use that a module is named as, or null.</summary>
    public ProjectName? FindModule(string module) =>
        !_common.Contains(module) && _names.ByModule.TryGetValue(module, out var name) ? name : null;

    sealed class Names(HashSet<ProjectName> named, IReadOnlyList<ProjectName> fetched)
    {
        public HashSet<ProjectName> Named => named;

        public IReadOnlyList<ProjectName> Fetched => fetched;

        public IReadOnlyList<ProjectName> All { get; } = [.. named.Concat(fetched).Distinct().Take(MaxNames)];

        public FrozenDictionary<string, ProjectName> ByModule => field ??= All.ToFrozenDictionary(
            name => name.Value.Replace('-', '_'), StringComparer.Ordinal);
    }
}
