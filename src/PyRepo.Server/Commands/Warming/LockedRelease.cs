using PyRepo.Packaging.Names;
using PyRepo.Server.Commands.LockFiles;

namespace PyRepo.Server.Commands.Warming;

/// <summary>The hashes of a version that are locked, each of which some file must have.</summary>
/// <param name="project">The project.</param>
/// <param name="version">The version.</param>
/// <param name="hashes">The hashes.</param>
sealed class LockedRelease(ProjectName project, string version, IEnumerable<LockedHash> hashes)
{
    readonly Lock _lock = new();
    readonly HashSet<LockedHash> _missing = [.. hashes];
    readonly List<string> _others = [];

    /// <summary>The algorithms of the hashes.</summary>
    public IReadOnlyList<string> Algorithms { get; } = [.. hashes.Select(hash => hash.Algorithm).Distinct()];

    /// <summary>Whether one of the hashes is locked. It is not missing from then on.</summary>
    public bool Find(LockedHash hash)
    {
        lock (_lock)
            return _missing.Remove(hash) || hashes.Contains(hash);
    }

    /// <summary>Notes a file of the version that has none of the hashes.</summary>
    public void AddOther(string fileName, LockedHash hash)
    {
        lock (_lock)
            _others.Add($"{fileName} with {hash}");
    }

    /// <summary>The hashes that no file has.</summary>
    public IEnumerable<WarmProblem> Problems()
    {
        var others = _others.Count == 0 ? "no other file of this version" : string.Join(", ", _others.Take(3));
        return _missing.Select(hash => new WarmProblem(
            project, $"{project}=={version}", $"the file with the locked {hash} is missing. The index has {others}."));
    }
}
