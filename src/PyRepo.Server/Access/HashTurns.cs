using System.Runtime.CompilerServices;

namespace PyRepo.Server.Access;

/// <summary>
/// The logins that wait for a queue, in the order in which they are let in. Next is the Secret whose hashes took the
/// least time, so that somebody who guesses where hashes are slow holds up each login elsewhere by one hash, and not by
/// one for each login before it. Of one Secret, addresses take turns.
/// </summary>
/// <remarks>
/// This is start-time fair queueing
/// (<see href="https://doi.org/10.1109/90.649569">Goyal, Vin and Cheng</see>): a Secret that had nothing to do for a
/// while has saved up no time. It is not thread-safe.
/// </remarks>
sealed class HashTurns
{
    /// <summary>The minimum cost of a turn, so that Secrets take turns even if their hashes took no time.</summary>
    static readonly TimeSpan _leastCost = TimeSpan.FromTicks(1);

    readonly ConditionalWeakTable<UserStore, Account> _accounts = [];

    /// <summary>Those with logins that wait, in the order of coming.</summary>
    readonly List<Account> _waiting = [];

    /// <summary>The time that the Secret had taken that was let in last.</summary>
    TimeSpan _now;

    /// <summary>Adds a login that waits.</summary>
    public void Add(LoginPair pair, TaskCompletionSource turn)
    {
        var account = GetAccount(pair.Users);
        if (!account.Logins.Any)
        {
            account.Taken = Max(account.Taken, _now);
            _waiting.Add(account);
        }
        account.Logins.Add(pair.Address, turn);
    }

    /// <summary>Takes the next login. Returns null if none waits.</summary>
    public TaskCompletionSource? Take()
    {
        if (_waiting.MinBy(account => account.Taken) is not { } next)
            return null;
        var turn = next.Logins.Take();
        _waiting.Remove(next);
        if (next.Logins.Any)
            _waiting.Add(next);
        Begin(next);
        return turn;
    }

    /// <summary>Notes that a login of a Secret is let in that need not wait.</summary>
    public void Begin(UserStore users)
    {
        var account = GetAccount(users);
        account.Taken = Max(account.Taken, _now);
        Begin(account);
    }

    /// <summary>Notes what a hash of a Secret took.</summary>
    public void Charge(UserStore users, TimeSpan spent) => GetAccount(users).Taken += spent;

    Account GetAccount(UserStore users) => _accounts.GetValue(users, static _ => new Account());

    void Begin(Account account) => _now = Max(_now, account.Taken += _leastCost);

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>The time that the hashes of one Secret took, and its logins that wait.</summary>
    sealed class Account
    {
        public TimeSpan Taken { get; set; }

        public AddressTurns Logins { get; } = new();
    }
}

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
