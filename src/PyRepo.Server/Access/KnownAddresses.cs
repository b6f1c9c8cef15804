namespace PyRepo.Server.Access;

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
