using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Access;

/// <summary>What is known about the passwords of one Secret's users without computing a hash.</summary>
sealed class RememberedPasswords(TimeProvider clock)
{
    /// <summary>
    /// How long a right password is remembered since its last use. If it were hashed again sooner, somebody who guesses
    /// from the user's own address could lock the user out.
    /// </summary>
    static readonly TimeSpan _remembered = TimeSpan.FromDays(1);

    readonly WrongPasswords _wrong = new();
    readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);

    /// <summary>Returns whether a user's password is right, or null if that is not known.</summary>
    public bool? Of(string user, Sha256Digest proof) =>
        IsVerified(user, proof) ? true : _wrong.Contains(proof) ? false : null;

    /// <summary>Remembers a user's right password.</summary>
    public void AddRight(string user, Sha256Digest proof) =>
        _verified[user] = new Verified(proof, clock.GetTimestamp());

    /// <summary>Remembers a wrong password.</summary>
    public void AddWrong(Sha256Digest proof) => _wrong.Add(proof);

    bool IsVerified(string user, Sha256Digest proof)
    {
        if (!_verified.TryGetValue(user, out var right) || clock.GetElapsedTime(right.At) >= _remembered
            || right.Proof != proof)
        {
            return false;
        }
        _verified[user] = right with { At = clock.GetTimestamp() };
        return true;
    }

    readonly record struct Verified(Sha256Digest Proof, long At);
}
