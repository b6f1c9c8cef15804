using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Resources.Values;

/// <summary>An immutable map, ordered by key. Two maps are equal if their keys and values are.</summary>
public sealed class ValueDictionary<T>(ImmutableSortedDictionary<string, T> entries)
    : IReadOnlyDictionary<string, T>, IEquatable<ValueDictionary<T>>
{
    public static readonly ValueDictionary<T> Empty =
        new(ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal));

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<T> Values => entries.Values;

    public T this[string key] => entries[key];

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);

    public bool Equals(ValueDictionary<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as ValueDictionary<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in entries)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{{{string.Join(", ", entries.Keys)}}}";
}
