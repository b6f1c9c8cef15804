using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Admission;

namespace PyRepo.Server.Access;

/// <summary>
/// Verifies passwords. A correct password is remembered for a while as a keyed hash, so that not every request pays for
/// a scheme that is slow on purpose. So is a wrong one, and <see cref="LoginThrottle"/> limits how many are hashed.
/// Only those count as failures: whoever repeats a wrong password learns nothing.
/// </summary>
sealed class PasswordVerifier(UserStore users, LoginThrottle throttle, TimeProvider clock) : IAuthenticator
{
    const int MaxUserLength = 512;

    /// <summary>
    /// How long a right password is remembered since its last use. If it were hashed again sooner, somebody who guesses
    /// from the user's own address could lock the user out.
    /// </summary>
    static readonly TimeSpan _remembered = TimeSpan.FromDays(1);

    static readonly AuthenticationResult _failed = AuthenticationResult.Failed(null);

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly WrongPasswords _wrong = new();
    readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);

    readonly DecoyHashes _decoys = new(users);

    /// <summary>Whether there is anybody whose password may be guessed.</summary>
    public bool HasUsers => users.Passwords.Count > 0;

    /// <summary>Whether checking a password takes long.</summary>
    public bool IsSlow => users.AreHashes && _decoys.Any;

    /// <summary>Whether there is a user of this name, whatever the password looks like.</summary>
    public bool Accepts(Credentials credentials) =>
        credentials.User is { } user && users.Passwords.ContainsKey(user);

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken) =>
        CheckAsync(credentials.User!, credentials.Secret, source, cancellationToken);

    /// <summary>Returns the caller whom the credentials identify, if they are right.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <param name="source">Where the login comes from.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    public async ValueTask<AuthenticationResult> CheckAsync(
        string user, string password, LoginSource source, CancellationToken cancellationToken)
    {
        // crypt(3) would ignore what follows a NUL.
        if (user.Contains('\0') || password.Contains('\0'))
            return _failed;
        if (user.Length > MaxUserLength
            || (users.AreHashes && (!IsSlow || !Crypt.CanBePassword(password, HashOf(user)))))
        {
            return _failed;
        }
        var proof = Prove(user, password);
        if (IsVerified(user, proof))
            return Right(user);
        if (_wrong.Contains(proof))
            return _failed;
        var attempts = throttle.Enter(new LoginPair(users, user, source.Address));
        try
        {
            return await CheckAsync(attempts, password, proof, source.Connection, cancellationToken);
        }
        finally
        {
            throttle.Leave(attempts);
        }
    }

    async Task<AuthenticationResult> CheckAsync(
        LoginAttempts attempts, string password, Sha256Digest proof, string connection,
        CancellationToken cancellationToken)
    {
        if (attempts.Wait is { } wait)
            return AuthenticationResult.NotChecked(wait);
        await attempts.Turn.WaitAsync(cancellationToken);
        try
        {
            // Another request may have brought the same password meanwhile.
            if (IsVerified(attempts.Pair.User, proof))
                return Right(attempts.Pair.User);
            if (_wrong.Contains(proof))
                return _failed;
            if (attempts.Wait is { } longer)
                return AuthenticationResult.NotChecked(longer);
            if (throttle.Guesses.TryTake(attempts.Pair) is not { } guess)
                return AuthenticationResult.NotChecked(throttle.Guesses.WaitOf(attempts.Pair));
            return await TryAsync(attempts, guess, password, proof, connection, cancellationToken)
                ? Right(attempts.Pair.User) : _failed;
        }
        finally
        {
            attempts.Turn.Release();
        }
    }

    async Task<bool> TryAsync(
        LoginAttempts attempts, Guess guess, string password, Sha256Digest proof, string connection,
        CancellationToken cancellationToken)
    {
        var queue = throttle.QueueFor(attempts, connection);
        var isWrong = false;
        try
        {
            var isRight = await MatchesAsync(attempts.Pair, password, queue, cancellationToken);
            isWrong = isRight is not true;
            if (isRight is false)
                _wrong.Add(proof);
        }
        finally
        {
            if (!isWrong)
                GuessBudget.GiveBack(guess);
        }
        if (!isWrong)
        {
            throttle.Guesses.Succeed(attempts.Pair);
            _verified[attempts.Pair.User] = new Verified(proof, clock.GetTimestamp());
            return true;
        }
        throttle.Fail(attempts, connection);
        if (users.AreHashes)
            await throttle.HoldBackAsync(attempts, queue, cancellationToken);
        return false;
    }

    /// <returns>Whether the password is right, or null if that could not be computed.</returns>
    async Task<bool?> MatchesAsync(
        LoginPair pair, string password, HashQueue queue, CancellationToken cancellationToken)
    {
        if (!users.AreHashes)
            return IsPlainPassword(pair.User, password);
        var spent = TimeSpan.Zero;
        await queue.EnterAsync(pair, cancellationToken);
        try
        {
            return await Task.Run(() => Hash(pair, password, out spent), cancellationToken);
        }
        finally
        {
            queue.Leave(pair.Users, spent);
        }
    }

    /// <summary>Whether a password is right. A name that does not exist costs one hash, as any other does.</summary>
    bool? Hash(LoginPair pair, string password, out TimeSpan spent)
    {
        var began = ThreadTime.OfCurrent();
        var matches = Crypt.Matches(password, HashOf(pair.User));
        spent = ThreadTime.OfCurrent() - began;
        return pair.Exists ? matches : false;
    }

    string HashOf(string user) => users.Passwords.TryGetValue(user, out var expected) ? expected : _decoys.Of(user);

    AuthenticationResult Right(string user) => AuthenticationResult.Of(users.Find(user)!);

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

    bool IsPlainPassword(string user, string password) =>
        (users.Passwords.TryGetValue(user, out var expected) && AreEqual(password, expected))
        || (users.PreviousPasswords.TryGetValue(user, out var previous) && AreEqual(password, previous));

    /// <summary>
    /// Returns what is remembered instead of a password. Without the key, which changes with each process, how long a
    /// comparison takes says nothing about it.
    /// </summary>
    Sha256Digest Prove(string user, string password) => Sha256Digest.FromBytes(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user}\0{password}")));

    readonly record struct Verified(Sha256Digest Proof, long At);

    bool AreEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(given)),
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(expected)));
}
