using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Access;

/// <summary>
/// The passwords that turned out to be wrong for the users of one Secret, as keyed hashes, so that each is hashed once,
/// wherever it comes from: a user of a group may have another password in one of its members. A wrong one stays wrong,
/// so it is forgotten only when many others were used after it.
/// </summary>
sealed class WrongPasswords
{
    const int MaxRecent = 1024;
    readonly Lock _lock = new();
    HashSet<Sha256Digest> _recent = [];
    HashSet<Sha256Digest> _older = [];

    /// <summary>Whether a password is wrong.</summary>
    public bool Contains(Sha256Digest proof)
    {
        lock (_lock)
        {
            if (_recent.Contains(proof))
                return true;
            if (!_older.Contains(proof))
                return false;
            Remember(proof);
            return true;
        }
    }

    /// <summary>Remembers a wrong password.</summary>
    public void Add(Sha256Digest proof)
    {
        lock (_lock)
            Remember(proof);
    }

    void Remember(Sha256Digest proof)
    {
        if (_recent.Count >= MaxRecent)
            (_older, _recent) = (_recent, []);
        _recent.Add(proof);
    }
}
