using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>What a mirror fetches ahead of requests: some projects and versions, or everything.</summary>
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
        var names = requirements.Select(r => PolicyEntry.TryParse(r)?.Project).Distinct().ToList();
        _exact = [.. names.OfType<ProjectName>()];
        Named = names.Count is > 0 and <= MaxAskedOneByOne && !names.Contains(null)
            ? [.. names.Select(name => name!.Value)]
            : null;
    }

    /// <summary>Equal versions mean equal scopes.</summary>
    public string Version { get; }

    /// <summary>The projects, if they are so few that upstream's list is not needed, or else null.</summary>
    public ImmutableArray<ProjectName>? Named { get; }

    /// <summary>Returns the projects that are named, but not listed.</summary>
    public IEnumerable<string> Missing(IReadOnlySet<string> listed) =>
        _exact.Select(name => name.Value).Where(name => !listed.Contains(name));

    /// <summary>Whether files of a project are fetched.</summary>
    public bool Contains(ProjectName project) => _entries is null || !_entries.Of(project).IsEmpty;

    /// <summary>Whether a file is fetched, if it is visible.</summary>
    public bool Contains(DistributionFileName file) =>
        _entries is null || _entries.Of(file.Project).Any(entry => entry.Contains(file));
}
