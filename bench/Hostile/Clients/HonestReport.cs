using System.Collections.Concurrent;
using System.Globalization;
using Bench.Measuring;

namespace Bench.Hostile.Clients;

/// <summary>What honest clients saw; all may write to it at once.</summary>
sealed class HonestReport
{
    readonly ConcurrentQueue<(string What, Outcome Outcome, bool Excused)> _seen = new();

    public int Asked => _seen.Count;

    /// <summary>The requests that got something else than they should, while upstream was there.</summary>
    public int Failed => _seen.Count(s => !s.Outcome.IsSuccess && !s.Excused);

    /// <summary>The same, while upstream was down.</summary>
    public int Excused => _seen.Count(s => !s.Outcome.IsSuccess && s.Excused);

    /// <summary>The answers with something else than was asked for, whatever upstream did.</summary>
    public int Wrong => _seen.Count(s => s.Outcome.What == Outcome.WrongBytes);

    public TimeSpan Slowest => _seen.IsEmpty ? TimeSpan.Zero : _seen.Max(s => s.Outcome.Time);

    /// <summary>The time that 99 of 100 answers took at most.</summary>
    public TimeSpan Usual => _seen.IsEmpty
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Rounds.Percentile([.. _seen.Select(s => s.Outcome.Time.TotalSeconds)], 0.99));

    /// <summary>What failed, and how: <c>12 × a page: 503</c>.</summary>
    public string Failures => string.Join(", ",
        _seen.Where(s => !s.Outcome.IsSuccess && !s.Excused).GroupBy(s => $"{s.What}: {s.Outcome.What}")
            .OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} × {group.Key}"));

    /// <summary>The same for each kind of request, in the order of their names.</summary>
    public IEnumerable<(string What, HonestReport Report)> Kinds =>
        from kind in _seen.GroupBy(s => s.What).OrderBy(kind => kind.Key, StringComparer.Ordinal)
        select (kind.Key, From(kind));

    /// <param name="excused">Whether upstream is down, so that what is not kept cannot be had.</param>
    public void Add(string what, Outcome outcome, bool excused = false) => _seen.Enqueue((what, outcome, excused));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Failed} of {Asked} failed, slowest {Slowest.TotalMilliseconds:N0} ms");

    static HonestReport From(IEnumerable<(string What, Outcome Outcome, bool Excused)> seen)
    {
        var report = new HonestReport();
        foreach (var one in seen)
            report._seen.Enqueue(one);
        return report;
    }
}
