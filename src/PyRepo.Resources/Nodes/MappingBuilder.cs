using System.Collections.Immutable;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Collects the entries of a map. Each key appears once; merged entries (<c>&lt;&lt;: *defaults</c>) follow the
/// written ones.
/// </summary>
sealed class MappingBuilder
{
    readonly ImmutableArray<MappingEntry>.Builder _entries = ImmutableArray.CreateBuilder<MappingEntry>();
    readonly Dictionary<string, MappingEntry> _byKey = new(StringComparer.Ordinal);
    readonly List<MappingEntry> _merged = [];

    public long Size { get; set; } = 1;

    /// <summary>Adds an entry. If the key exists, keeps and returns the earlier entry.</summary>
    public MappingEntry? Add(MappingEntry entry)
    {
        if (_byKey.TryGetValue(entry.Key, out var earlier))
            return earlier;
        _byKey.Add(entry.Key, entry);
        _entries.Add(entry);
        return null;
    }

    /// <summary>Merges the entries of a map, or of a list of maps. Returns false for anything else.</summary>
    public bool Merge(Node value)
    {
        if (value is MappingNode map)
        {
            _merged.AddRange(map.Entries);
            return true;
        }
        if (value is not SequenceNode list || list.Items.Any(item => item is not MappingNode))
            return false;
        _merged.AddRange(list.Items.Cast<MappingNode>().SelectMany(item => item.Entries));
        return true;
    }

    public ImmutableArray<MappingEntry> Entries()
    {
        foreach (var entry in _merged)
            if (_byKey.TryAdd(entry.Key, entry))
                _entries.Add(entry);
        return _entries.DrainToImmutable();
    }
}
