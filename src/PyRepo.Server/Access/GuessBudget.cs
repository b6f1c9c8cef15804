using PyRepo.Server.Limits;

namespace PyRepo.Server.Access;

/// <summary>Limits how many passwords are checked for one user, whatever addresses they come from.</summary>
/// <remarks>
/// Whoever guesses all the time uses up what all addresses share. So that a right password from a new address is still
/// checked, there is a reserve for addresses from which no guess at the user failed lately: each has one check of it.
/// Many addresses use up the reserve, too, but get no more than that. Addresses from which the user logged in before
/// need neither.
/// </remarks>
sealed class GuessBudget(TimeProvider clock)
{
    readonly KnownAddresses _known = new();
    readonly FailureCounts<LoginUser> _shared = new(TimeSpan.FromSeconds(5), clock);
    readonly FailureCounts<LoginUser> _reserve = new(TimeSpan.FromSeconds(2), clock);
    readonly FailureCounts<(LoginUser, string Address)> _failed = new(TimeSpan.FromMinutes(10), clock);

    /// <summary>Takes one check of a password for a user, who may not exist.</summary>
    /// <remarks>It counts until it is given back, so that many at once are no more than one after the other.</remarks>
    /// <returns>The guess, or null if there is none left.</returns>
    public Guess? TryTake(LoginPair pair)
    {
        var user = pair.Account;
        return _known.Contains(pair) ? new Guess(user, null)
            : _shared.TryAdd(user, ServerLimits.MaxGuessesAtUser) ? new Guess(user, _shared)
            : IsNew(pair) && _reserve.TryAdd(user, ServerLimits.MaxReservedGuessesAtUser) ? new Guess(user, _reserve)
            : null;
    }

    /// <summary>Gives back a guess that told nothing, because the password was right or was not checked.</summary>
    public static void GiveBack(Guess guess) => guess.Counted?.Remove(guess.User);

    /// <summary>Returns how long it takes until there may be a check for a user from an address.</summary>
    public TimeSpan WaitOf(LoginPair pair)
    {
        var shared = _shared.WaitOf(pair.Account, ServerLimits.MaxGuessesAtUser);
        var reserve = _reserve.WaitOf(pair.Account, ServerLimits.MaxReservedGuessesAtUser);
        return IsNew(pair) && reserve < shared ? reserve : shared;
    }

    /// <summary>Notes that a user logged in.</summary>
    public void Succeed(LoginPair pair) => _known.Add(pair);

    /// <summary>Notes that a password was wrong.</summary>
    public void Fail(LoginPair pair) => _failed.Add((pair.Account, pair.Address));

    bool IsNew(LoginPair pair) => _failed.Of((pair.Account, pair.Address)) <= 0;
}
