namespace PyRepo.Server.Access;

/// <summary>The logins of one Secret's users that wait. Their addresses take turns.</summary>
sealed class AddressTurns
{
    readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    readonly Queue<string> _turns = new();

    /// <summary>Whether one waits.</summary>
    public bool Any => _turns.Count > 0;

    /// <summary>Adds a login that waits.</summary>
    public void Add(string address, TaskCompletionSource turn)
    {
        if (!_waiting.TryGetValue(address, out var others))
        {
            _waiting[address] = others = new();
            _turns.Enqueue(address);
        }
        // Those who have given up are mostly the first ones. They must not pile up while other addresses have turns.
        while (others.TryPeek(out var first) && first.Task.IsCompleted)
            others.Dequeue();
        others.Enqueue(turn);
    }

    /// <summary>Takes the next one.</summary>
    public TaskCompletionSource Take()
    {
        var address = _turns.Dequeue();
        var logins = _waiting[address];
        var turn = logins.Dequeue();
        if (logins.Count > 0)
            _turns.Enqueue(address);
        else
            _waiting.Remove(address);
        return turn;
    }
}
