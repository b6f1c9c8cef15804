using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>A list of entries, in which those that name a project are found quickly.</summary>
sealed class PolicyEntries
{
    readonly FrozenDictionary<ProjectName, ImmutableArray<PolicyEntry>> _exact;
    readonly ImmutableArray<PolicyEntry> _patterns;
    volatile NamedEntries? _last;

    /// <param name="texts">The entries as they are written. Ones that are not valid are left out.</param>
    public PolicyEntries(IEnumerable<string> texts)
    {
        var entries = texts.Select(PolicyEntry.TryParse).OfType<PolicyEntry>().ToList();
        _patterns = [.. entries.Where(e => e.Project is null)];
        _exact = entries.Where(e => e.Project is not null).GroupBy(e => e.Project!.Value)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>Returns the entries that name a project.</summary>
    public ImmutableArray<PolicyEntry> Of(ProjectName project)
    {
        var exact = _exact.TryGetValue(project, out var entries) ? entries : [];
        if (_patterns.IsEmpty)
            return exact;
        // A project's files are judged one after the other.
        if (_last is { } last && last.Project == project)
            return last.Entries;
        ImmutableArray<PolicyEntry> all = [.. exact, .. _patterns.Where(e => e.Names(project))];
        _last = new(project, all);
        return all;
    }

    /// <param name="Project">A project.</param>
    /// <param name="Entries">The entries that name it.</param>
    sealed record NamedEntries(ProjectName Project, ImmutableArray<PolicyEntry> Entries);
}
