using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Access;

/// <summary>
/// Hashes for users that do not exist, so that checking one takes as long as checking a wrong password. No password is
/// right, even if it has this hash.
/// </summary>
/// <remarks>
/// The name of a user who does not exist always has the hash of the same user who does. So each name takes as long as
/// one of the Secret's schemes, known or not, and a Secret that mixes schemes needs no second hash to hide which names
/// exist. Each hash gives a name a score, and the highest one wins
/// (<see href="https://doi.org/10.1109/90.663936">rendezvous hashing, by Thaler and Ravishankar</see>). So when the
/// Secret changes, names keep their hashes but for those whose hash it was that changed, and those that a new one wins;
/// real users keep theirs, too. The scores depend on the hashes themselves, which nobody knows who guesses, and nothing
/// else, so that a restart changes none and all replicas agree.
/// </remarks>
sealed class DecoyHashes(UserStore users)
{
    readonly (ulong Key, string Hash)[] _hashes =
        [.. users.Passwords.Select(user => (GetNumber($"{user.Key}\0{user.Value}"), user.Value)).OrderBy(h => h.Item1)];

    /// <summary>Whether there is any: a Secret without users has none.</summary>
    public bool Any => _hashes.Length > 0;

    /// <summary>Returns the hash for a name. For thousands of users, that takes some microseconds.</summary>
    public string Compute(string user)
    {
        var name = GetNumber(user);
        var (best, highest) = (0, 0UL);
        for (var i = 0; i < _hashes.Length; i++)
        {
            var score = Mix(name ^ _hashes[i].Key);
            if (score > highest)
                (best, highest) = (i, score);
        }
        return _hashes[best].Hash;
    }

    static ulong GetNumber(string text) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Spreads numbers evenly, as the generator
    /// <see href="https://doi.org/10.1145/2714064.2660195">SplitMix</see> does. Nobody sees the scores.
    /// </summary>
    static ulong Mix(ulong number)
    {
        unchecked
        {
            number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
            number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
            return number ^ (number >> 31);
        }
    }
}
