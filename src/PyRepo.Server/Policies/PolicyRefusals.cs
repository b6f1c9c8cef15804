using System.Collections.Immutable;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Policies;

/// <summary>Counts the files that a policy refused, and remembers the first few.</summary>
sealed class PolicyRefusals
{
    const int MaxRemembered = 5;

    readonly Lock _lock = new();
    ImmutableSortedDictionary<string, long> _counts = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
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

    /// <summary>Notes a refusal.</summary>
    public void Add(string fileName, Verdict verdict)
    {
        lock (_lock)
        {
            _counts = _counts.SetItem(verdict.Rule, _counts.GetValueOrDefault(verdict.Rule) + 1);
            var text = $"{fileName} {verdict.Reason}";
            if (_first.Length < MaxRemembered && !_first.Contains(text))
                _first = _first.Add(text);
        }
    }
}
