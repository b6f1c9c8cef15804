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
/// exist. The choice depends on all hashes, which nobody knows who guesses.
/// </remarks>
sealed class DecoyHashes(UserStore users)
{
    readonly byte[] _key = Encoding.UTF8.GetBytes(users.Fingerprint());
    readonly string[] _hashes =
        [.. users.Passwords.OrderBy(user => user.Key, StringComparer.Ordinal).Select(user => user.Value)];

    /// <summary>Whether there is any: a Secret without users has none.</summary>
    public bool Any => _hashes.Length > 0;

    /// <summary>Returns the hash for a name.</summary>
    public string Of(string user)
    {
        var digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(user));
        return _hashes[BinaryPrimitives.ReadUInt64LittleEndian(digest) % (ulong)_hashes.Length];
    }
}
