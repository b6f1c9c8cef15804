using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>
/// The scope of a mirror, which is fetched ahead of requests: some projects and versions, or everything.
/// </summary>
sealed class MirrorScope
{
    /// <summary>
    /// Up to this many projects are asked for one by one. For more, upstream's list says which of them changed.
    /// </summary>
    const int MaxAskedOneByOne = 20;

    readonly PolicyEntries? _entries;
    readonly ImmutableArray<ProjectName> _exact;

    /// <param name="requirements">The entries of <c>mirror.requirements</c>. None means everything.</param>
    public MirrorScope(IReadOnlyCollection<string> requirements)
    {
        _entries = requirements.Count == 0 ? null : new PolicyEntries(requirements);
        Version = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', requirements))).AsSpan(0, 8));
        var entries = requirements.Select(PolicyEntry.Parse).ToList();
        Invalid = [.. entries.Where(entry => !entry.IsValid).Select(entry => entry.Text)];
        var names = entries.Select(entry => entry.Project).Distinct().ToList();
        _exact = [.. names.OfType<ProjectName>()];
        Named = names.Count is > 0 and <= MaxAskedOneByOne && !names.Contains(null)
            ? [.. names.Select(name => name!.Value)]
            : null;
    }

    /// <summary>Equal versions mean equal scopes.</summary>
    public string Version { get; }

    /// <summary>Whether everything upstream is fetched.</summary>
    public bool IsEverything => _entries is null;

    /// <summary>The entries that are not valid. Of what they name, no file is fetched.</summary>
    public ImmutableArray<string> Invalid { get; }

    /// <summary>The projects, if they are so few that upstream's list is not needed, or else null.</summary>
    public ImmutableArray<ProjectName>? Named { get; }

    /// <summary>Returns the projects that are named, but not listed.</summary>
    public IEnumerable<string> Missing(IEnumerable<ProjectName> listed)
    {
        var missing = _exact.ToHashSet();
        if (missing.Count > 0)
            missing.ExceptWith(listed);
        return missing.Order().Select(name => name.Value);
    }

    /// <summary>Whether files of a project are fetched.</summary>
    public bool Contains(ProjectName project) => _entries is null || !_entries.Get(project).IsEmpty;

    /// <summary>Whether a file is fetched, if it is visible.</summary>
    public bool Contains(DistributionFileName file) =>
        _entries is null || _entries.Get(file.Project).Any(entry => entry.Contains(file));
}
