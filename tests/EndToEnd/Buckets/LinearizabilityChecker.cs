using System.Collections;

namespace EndToEnd.Buckets;

/// <summary>
/// Checks whether the operations on one project can be put in an order that agrees with what everybody saw and when:
/// each happened at one moment between its beginning and its answer.
/// </summary>
/// <remarks>
/// The search of Wing and Gong with Lowe's memory of what was tried: the operations that were put in order, and the
/// content of the project after them. Values are unique, so what nobody saw of an unanswered write never happened, as far
/// as anyone can tell; what somebody saw happened before that reader was answered.
/// </remarks>
public sealed class LinearizabilityChecker
{
    readonly List<HistoryOperation> _operations;
    readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, string> _content = new(StringComparer.Ordinal);
    readonly BitArray _done;
    int _firstOpen;
    int _furthest;

    LinearizabilityChecker(List<HistoryOperation> operations) =>
        (_operations, _done) = (operations, new BitArray(operations.Count));

    /// <summary>Returns null if there is such an order, or else the operations about which no order agrees.</summary>
    public static IReadOnlyList<HistoryOperation>? FindViolation(IEnumerable<HistoryOperation> operations)
    {
        var bounded = Bound(operations.ToList());
        var checker = new LinearizabilityChecker([.. bounded.OrderBy(o => o.Began)]);
        return checker.Search() ? null : [.. checker._operations.Skip(Math.Max(0, checker._furthest - 8)).Take(24)];
    }

    /// <summary>Drops the unanswered writes that nobody saw, and ends the others with the first answer that shows them.</summary>
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
            if (operation.IsAnswered || operation.Kind is not HistoryOperationKind.Write)
                yield return operation;
            else if (seen.TryGetValue(operation.Value, out var end))
                yield return operation with { Ended = end };
        }
    }

    bool Search()
    {
        while (_firstOpen < _operations.Count && _done[_firstOpen])
            _firstOpen++;
        _furthest = Math.Max(_furthest, _firstOpen);
        if (!_operations.Skip(_firstOpen).Where((_, i) => !_done[_firstOpen + i]).Any(o => o.IsAnswered))
            return true;
        if (!_tried.Add(Key()))
            return false;
        var first = _firstOpen;
        foreach (var next in Candidates())
        {
            var operation = _operations[next];
            if (!IsPossible(operation))
                continue;
            var before = _content.GetValueOrDefault(operation.File);
            Apply(operation);
            _done[next] = true;
            if (Search())
                return true;
            _done[next] = false;
            _firstOpen = first;
            Restore(operation.File, before);
        }
        return false;
    }

    /// <summary>
    /// Returns those that began before any other one ended. Reads go first, and those without an answer last: they need
    /// not have happened.
    /// </summary>
    List<int> Candidates()
    {
        var (candidates, firstEnd) = (new List<int>(), HistoryOperation.Never);
        for (var i = _firstOpen; i < _operations.Count && _operations[i].Began <= firstEnd; i++)
        {
            if (_done[i])
                continue;
            candidates.Add(i);
            firstEnd = Math.Min(firstEnd, _operations[i].Ended);
        }
        return [.. candidates.Where(i => _operations[i].Began <= firstEnd)
            .OrderBy(i => !_operations[i].IsAnswered).ThenBy(i => _operations[i].Kind is not HistoryOperationKind.Read)
            .ThenBy(i => _operations[i].Ended)];
    }

    bool IsPossible(HistoryOperation operation) => operation.Kind switch
    {
        HistoryOperationKind.Read => operation.Seen!.Count == _content.Count
            && operation.Seen.All(s => _content.GetValueOrDefault(s.Key) == s.Value),
        HistoryOperationKind.Delete when operation.IsAnswered => _content.ContainsKey(operation.File),
        HistoryOperationKind.DeleteOfNothing => !_content.ContainsKey(operation.File),
        _ => true,
    };

    void Apply(HistoryOperation operation)
    {
        if (operation.Kind is HistoryOperationKind.Write)
            _content[operation.File] = operation.Value;
        else if (operation.Kind is HistoryOperationKind.Delete)
            _content.Remove(operation.File);
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
        var open = Enumerable.Range(_firstOpen, Math.Min(256, _operations.Count - _firstOpen))
            .Where(i => _done[i]).Select(i => i - _firstOpen);
        return $"{_firstOpen}:{string.Join(',', open)}:{string.Join(',', _content.Select(c => $"{c.Key}={c.Value}"))}";
    }
}
