using System.Runtime.InteropServices;
using PyRepo.Resources.Proxied;

namespace PyRepo.Advisories;

/// <summary>Finds the documents that are about one vulnerability: those that share an id, directly or through others
/// (<see href="https://ossf.github.io/osv-schema/#aliases-field">OSV, <c>aliases</c></see>, which are symmetric and
/// transitive).</summary>
/// <remarks>A forest in which the root of each tree stands for its group (union–find).</remarks>
sealed class AliasGroups
{
    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    readonly List<int> _parents = [];
    readonly Dictionary<int, Severity> _severities = [];

    public AliasGroups(IEnumerable<AdvisoryDocument> documents)
    {
        var all = documents.ToList();
        foreach (var document in all)
        {
            foreach (var alias in document.Aliases)
                _parents[Find(document.Id)] = Find(alias);
        }
        foreach (var document in all)
        {
            if (document.Severity is not { } severity)
                continue;
            ref var highest = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _severities, Find(document.Id), out var isKnown);
            highest = isKnown && highest > severity ? highest : severity;
        }
    }

    /// <summary>Returns the number of the group of an id.</summary>
    public int Find(string id)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, id, out var isKnown);
        if (!isKnown)
        {
            number = _parents.Count;
            _parents.Add(number);
        }
        var root = number;
        while (_parents[root] != root)
            root = _parents[root] = _parents[_parents[root]];
        return root;
    }

    /// <summary>Returns the highest rating in a group, or null if none is rated.</summary>
    public Severity? GetSeverity(int group) => _severities.TryGetValue(group, out var severity) ? severity : null;
}
