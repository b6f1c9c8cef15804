using System.Collections;

namespace EndToEnd.Buckets;

/// <summary>
/// Checks whether the operations on one project can be put in an order that agrees with what everybody saw and when:
/// each happened at one moment between its beginning and its answer.
/// </summary>
/// <remarks>
/// <para>The search of Wing and Gong with Lowe's memory of what was tried: the operations that were put in order, and
/// the content of the project after them.</para>
/// <para>Values are unique, so what somebody saw of an unanswered write happened before that reader was answered. One
/// that nobody saw makes a difference only to a deletion that found something. An unanswered deletion happens when
/// somebody sees that the file is not there: before that it makes no difference.</para>
/// </remarks>
public sealed class LinearizabilityChecker
{
    readonly List<HistoryOperation> _operations;
    readonly Unanswered _deletions;
    readonly Unanswered _unseenWrites;
    readonly SortedDictionary<string, string> _content = new(StringComparer.Ordinal);
    readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    readonly BitArray _done;
    int _firstOpen;
    int _furthest;

    LinearizabilityChecker(List<HistoryOperation> operations, IReadOnlyList<HistoryOperation> unanswered)
    {
        _operations = operations;
        _deletions = new(unanswered.Where(o => o.Kind is not HistoryOperationKind.Write));
        _unseenWrites = new(unanswered.Where(o => o.Kind is HistoryOperationKind.Write));
        _done = new BitArray(operations.Count);
    }

    /// <summary>Returns null if there is such an order, or else the operations about which no order agrees.</summary>
    public static IReadOnlyList<HistoryOperation>? FindViolation(IEnumerable<HistoryOperation> operations)
    {
        var bounded = Bound(operations.ToList()).OrderBy(o => o.Began).ToList();
        var checker = new LinearizabilityChecker(
            [.. bounded.Where(o => o.IsAnswered)], [.. bounded.Where(o => !o.IsAnswered)]);
        if (checker.Search())
            return null;
        var about = checker._operations.Skip(Math.Max(0, checker._furthest - 8)).Take(24).ToList();
        return [.. about.Concat(bounded.Where(o => !o.IsAnswered && o.Began <= about[^1].Began)).OrderBy(o => o.Began)];
    }

    /// <summary>Ends the unanswered writes that somebody saw with the first answer that shows them.</summary>
    static IEnumerable<HistoryOperation> Bound(List<HistoryOperation> operations)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var read in operations.Where(o => o.Seen is not null))
        {
            foreach (var value in read.Seen!.Values)
                seen[value] = Math.Min(read.Ended, seen.GetValueOrDefault(value, HistoryOperation.Never));
        }
        foreach (var operation in operations)
        {
            yield return operation is { IsAnswered: false, Kind: HistoryOperationKind.Write }
                && seen.TryGetValue(operation.Value, out var end) ? operation with { Ended = end } : operation;
        }
    }

    bool Search()
    {
        while (_firstOpen < _operations.Count && _done[_firstOpen])
            _firstOpen++;
        _furthest = Math.Max(_furthest, _firstOpen);
        if (_firstOpen == _operations.Count)
            return true;
        var (candidates, firstEnd) = Candidates();
        if (!_tried.Add(Key()))
            return false;
        var first = _firstOpen;
        foreach (var next in candidates)
        {
            if (TryApply(_operations[next], firstEnd) is not { } undo)
                continue;
            _done[next] = true;
            if (Search())
                return true;
            _done[next] = false;
            _firstOpen = first;
            undo();
        }
        return false;
    }

    /// <summary>
    /// Returns those that began before any other one ended, reads first, and when the first of them ended.
    /// </summary>
    (List<int> Candidates, long FirstEnd) Candidates()
    {
        var (candidates, firstEnd) = (new List<int>(), HistoryOperation.Never);
        for (var i = _firstOpen; i < _operations.Count && _operations[i].Began <= firstEnd; i++)
        {
            if (_done[i])
                continue;
            candidates.Add(i);
            firstEnd = Math.Min(firstEnd, _operations[i].Ended);
        }
        return (
            [.. candidates.Where(i => _operations[i].Began <= firstEnd)
                .OrderBy(i => _operations[i].Kind is not HistoryOperationKind.Read).ThenBy(i => _operations[i].Ended)],
            firstEnd);
    }

    /// <summary>Lets an operation happen, and returns what undoes it; null if it cannot happen now.</summary>
    Action? TryApply(HistoryOperation operation, long firstEnd)
    {
        switch (operation.Kind)
        {
            case HistoryOperationKind.Read:
                return operation.Seen!.All(s => _content.GetValueOrDefault(s.Key) == s.Value)
                    ? TryRemove([.. _content.Keys.Where(file => !operation.Seen!.ContainsKey(file))], firstEnd)
                    : null;
            case HistoryOperationKind.DeleteOfNothing:
                return TryRemove(_content.ContainsKey(operation.File) ? [operation.File] : [], firstEnd);
            case HistoryOperationKind.Delete:
                if (_content.Remove(operation.File, out var deleted))
                    return () => _content[operation.File] = deleted;
                return _unseenWrites.TryUse(operation.File, firstEnd)
                    ? () => _unseenWrites.Return(operation.File) : null;
            default:
                var before = _content.GetValueOrDefault(operation.File);
                _content[operation.File] = operation.Value;
                return () => Restore(operation.File, before);
        }
    }

    /// <summary>Lets an unanswered deletion of each file happen, if there is one that began early enough.</summary>
    Action? TryRemove(List<string> files, long before)
    {
        var removed = new List<(string File, string Value)>();
        foreach (var file in files)
        {
            if (!_deletions.TryUse(file, before))
            {
                Undo();
                return null;
            }
            removed.Add((file, _content[file]));
            _content.Remove(file);
        }
        return Undo;

        void Undo()
        {
            foreach (var (file, value) in removed)
            {
                _content[file] = value;
                _deletions.Return(file);
            }
        }
    }

    void Restore(string file, string? value)
    {
        if (value is null)
            _content.Remove(file);
        else
            _content[file] = value;
    }

    string Key()
    {
        var open = new List<int>();
        for (var i = _firstOpen; i < _operations.Count && i < _firstOpen + 1000; i++)
        {
            if (_done[i])
                open.Add(i - _firstOpen);
        }
        return $"{_firstOpen}:{string.Join(',', open)}:{string.Join(',', _content.Select(c => $"{c.Key}={c.Value}"))}:"
            + $"{_deletions}:{_unseenWrites}";
    }

    /// <summary>The operations of one kind that were not answered, each of which happened once or never.</summary>
    sealed class Unanswered(IEnumerable<HistoryOperation> operations)
    {
        readonly ILookup<string, HistoryOperation> _all = operations.ToLookup(o => o.File, StringComparer.Ordinal);
        readonly SortedDictionary<string, int> _used = new(StringComparer.Ordinal);

        /// <summary>Lets one of a file happen, if there is one that began before a time.</summary>
        public bool TryUse(string file, long before)
        {
            if (_all[file].Count(o => o.Began <= before) <= _used.GetValueOrDefault(file))
                return false;
            _used[file] = _used.GetValueOrDefault(file) + 1;
            return true;
        }

        public void Return(string file) => _used[file]--;

        public override string ToString() => string.Join(',', _used.Where(used => used.Value > 0));
    }
}
