using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>Limits how many passwords are checked for one user, whatever addresses they come from.</summary>
/// <remarks>
/// Someone who guesses all the time uses up the budget that all addresses share. So that a right password from a new
/// address is still checked, there is a reserve for addresses from which no guess at the user failed lately: each has
/// one check of it. Many addresses use up the reserve, too, but get no more than that. Addresses from which the user
/// logged in before need neither. An address from which guesses at very many names failed is new to no user: it must
/// not become new again when some of its made-up names are forgotten. Names that do not exist are counted as users are,
/// but apart, so that no number of them makes the guesses at a user be forgotten.
/// </remarks>
sealed class GuessBudget(TimeProvider clock)
{
    /// <summary>
    /// From this number of failures on, with any names, an address is new to no user. That is far fewer than those
    /// that make others be forgotten.
    /// </summary>
    const int MaxFailuresOfNewAddress = 100;

    readonly KnownAddresses _known = new();
    readonly GuessCounts _atUsers = new(clock);
    readonly GuessCounts _atOthers = new(clock);
    readonly FailureCounts<string> _addresses = new(TimeSpan.FromSeconds(1), clock);

    /// <summary>Takes one check of a password for a user, who may not exist.</summary>
    /// <remarks>It counts until it is given back, so that many at once are no more than one after the other.</remarks>
    /// <returns>The guess, or null if there is none left.</returns>
    public Guess? TryTake(LoginPair pair)
    {
        var (user, counts) = (pair.Account, CountsAt(pair));
        return _known.Contains(pair) ? new Guess(user, null)
            : counts.Shared.TryAdd(user, ServerLimits.MaxGuessesAtUser) ? new Guess(user, counts.Shared)
            : IsNew(pair) && counts.Reserve.TryAdd(user, ServerLimits.MaxReservedGuessesAtUser)
                ? new Guess(user, counts.Reserve)
            : null;
    }

    /// <summary>Gives back a guess that told nothing, because the password was right or was not checked.</summary>
    public static void GiveBack(Guess guess) => guess.Counted?.Remove(guess.User);

    /// <summary>Returns how long it takes until there may be a check for a user from an address.</summary>
    public TimeSpan GetWait(LoginPair pair)
    {
        var shared = CountsAt(pair).Shared.GetWait(pair.Account, ServerLimits.MaxGuessesAtUser);
        var reserve = CountsAt(pair).Reserve.GetWait(pair.Account, ServerLimits.MaxReservedGuessesAtUser);
        return IsNew(pair) && reserve < shared ? reserve : shared;
    }

    /// <summary>Notes that a user logged in.</summary>
    public void Succeed(LoginPair pair) => _known.Add(pair);

    /// <summary>Notes that a password was wrong.</summary>
    public void Fail(LoginPair pair)
    {
        CountsAt(pair).Failed.Add((pair.Account, pair.Address));
        _addresses.Add(pair.Address);
    }

    bool IsNew(LoginPair pair) =>
        CountsAt(pair).Failed.GetCount((pair.Account, pair.Address)) <= 0
        && _addresses.GetCount(pair.Address) < MaxFailuresOfNewAddress;

    GuessCounts CountsAt(LoginPair pair) => pair.Exists ? _atUsers : _atOthers;
}

/// <summary>A password that is checked, until it turns out to be right.</summary>
/// <param name="User">The user.</param>
/// <param name="Counted">Where it is counted, or null for an address from which the user logged in before.</param>
readonly record struct Guess(LoginUser User, FailureCounts<LoginUser>? Counted);

/// <summary>The guesses at many users that count at the moment.</summary>
sealed class GuessCounts(TimeProvider clock)
{
    /// <summary>Those that all addresses share.</summary>
    public FailureCounts<LoginUser> Shared { get; } = new(TimeSpan.FromSeconds(5), clock);

    /// <summary>Those of the reserve, beyond these.</summary>
    public FailureCounts<LoginUser> Reserve { get; } = new(TimeSpan.FromSeconds(2), clock);

    /// <summary>Those that failed, by address.</summary>
    public FailureCounts<(LoginUser User, string Address)> Failed { get; } = new(TimeSpan.FromMinutes(10), clock);
}

/// <summary>
/// The addresses from which users logged in since the server started. Only users that exist have any, so there are no
/// more users than the Secrets have.
/// </summary>
sealed class KnownAddresses
{
    const int MaxAddressesOfUser = 16;
    readonly Lock _lock = new();
    readonly Dictionary<LoginUser, List<string>> _addresses = [];

    /// <summary>Whether a user logged in from an address.</summary>
    public bool Contains(LoginPair pair)
    {
        lock (_lock)
            return _addresses.TryGetValue(pair.Account, out var addresses) && addresses.Contains(pair.Address);
    }

    /// <summary>Notes that a user logged in from an address. The one that was used least recently is forgotten.</summary>
    public void Add(LoginPair pair)
    {
        lock (_lock)
        {
            if (!_addresses.TryGetValue(pair.Account, out var addresses))
                _addresses[pair.Account] = addresses = [];
            addresses.Remove(pair.Address);
            if (addresses.Count == MaxAddressesOfUser)
                addresses.RemoveAt(0);
            addresses.Add(pair.Address);
        }
    }
}
