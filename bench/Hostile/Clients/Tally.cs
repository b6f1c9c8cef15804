using System.Collections.Concurrent;
using System.Globalization;

namespace Bench.Hostile.Clients;

/// <summary>How often each outcome was seen.</summary>
sealed class Tally
{
    readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int this[string what] => _counts.GetValueOrDefault(what);

    public void Add(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public override string ToString() => _counts.IsEmpty ? "none" : string.Join(", ",
        _counts.OrderByDescending(pair => pair.Value)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:N0} × {pair.Key}")));
}
