using System.Collections.Immutable;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Counts the files that a policy or their hash refused, and remembers the first few.</summary>
sealed class PolicyRefusals
{
    const int MaxRemembered = 5;

    readonly Lock _lock = new();
    ImmutableSortedDictionary<string, long> _counts =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    ImmutableArray<string> _first = [];
    long _vulnerableServed;

    /// <summary>How many requests each rule has refused, by its name.</summary>
    public ImmutableSortedDictionary<string, long> Counts => _counts;

    /// <summary>The first refused files, each with the reason: <c>evil-1.0.tar.gz is blocked by 'evil'</c>.</summary>
    public ImmutableArray<string> First => _first;

    /// <summary>How many requests for files with known vulnerabilities were answered.</summary>
    public long VulnerableServed => Volatile.Read(ref _vulnerableServed);

    /// <summary>Notes that a file with a known vulnerability is served.</summary>
    public void AddVulnerableServed() => Interlocked.Increment(ref _vulnerableServed);

    /// <summary>Notes that a rule refused a file.</summary>
    public void Add(string fileName, Verdict verdict) => Add(verdict.Rule, $"{fileName} {verdict.Reason}");

    /// <summary>Notes a refusal.</summary>
    /// <param name="rule">The rule, or <c>hash</c> if upstream sent wrong bytes.</param>
    /// <param name="text">What was refused, and why.</param>
    public void Add(string rule, string text)
    {
        lock (_lock)
        {
            _counts = _counts.SetItem(rule, _counts.GetValueOrDefault(rule) + 1);
            if (_first.Length < MaxRemembered && !_first.Contains(text))
                _first = _first.Add(text);
        }
    }
}
