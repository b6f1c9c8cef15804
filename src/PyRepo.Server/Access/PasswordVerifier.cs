using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Access;

/// <summary>
/// Verifies passwords. A correct password is remembered for a while as a keyed hash, so that not every request pays for
/// a scheme that is slow on purpose.
/// </summary>
sealed class PasswordVerifier(UserStore users, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan _remembered = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A hash that no password has, so that checking an unknown user takes as long as checking a wrong password.
    /// </summary>
    const string HashOfNobody =
        "$6$pyrepo$0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>
    /// Limits concurrent slow hashes in the whole process, so that password guessing cannot use up the CPU.
    /// </summary>
    static readonly SemaphoreSlim _slow = new(Math.Max(1, Environment.ProcessorCount / 2));

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly ConcurrentDictionary<string, (byte[] Proof, DateTimeOffset Until)> _verified = new(StringComparer.Ordinal);

    /// <summary>Returns the caller whom the credentials identify, or null if they are wrong.</summary>
    public async ValueTask<Caller?> CheckAsync(string user, string password, CancellationToken cancellationToken)
    {
        var known = users.Passwords.TryGetValue(user, out var expected);
        if (!users.AreHashes)
        {
            var isRight = (known && AreEqual(password, expected!))
                || (users.PreviousPasswords.TryGetValue(user, out var previous) && AreEqual(password, previous));
            return isRight ? CallerOf(user) : null;
        }

        var proof = Prove(user, password);
        if (_verified.TryGetValue(user, out var right) && right.Until > clock.GetUtcNow()
            && CryptographicOperations.FixedTimeEquals(right.Proof, proof))
        {
            return CallerOf(user);
        }

        await _slow.WaitAsync(cancellationToken);
        try
        {
            var matches = await Task.Run(() => Crypt.Matches(password, expected ?? HashOfNobody), cancellationToken);
            if (!known || !matches)
                return null;
        }
        finally
        {
            _slow.Release();
        }
        _verified[user] = (proof, clock.GetUtcNow() + _remembered);
        return CallerOf(user);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    Caller CallerOf(string user) => new(user, users.Groups.GetValueOrDefault(user, Caller.Anonymous.Groups));

    byte[] Prove(string user, string password) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user}\0{password}"));

    bool AreEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(given)),
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(expected)));
}
