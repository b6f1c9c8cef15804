using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>
/// Verifies passwords. A correct password is remembered for a while as a keyed hash, so that not every request pays for
/// a scheme that is slow on purpose. So is a wrong one, and <see cref="LoginThrottle"/> limits how many are hashed.
/// Only those count as failures: whoever repeats a wrong password learns nothing. Requests that bring the same
/// password at the same time share one check, wherever they come from.
/// </summary>
sealed class PasswordVerifier(UserStore users, LoginThrottle throttle, TimeProvider clock) : IAuthenticator
{
    const int MaxUserLength = 512;

    static readonly AuthenticationResult _failed = AuthenticationResult.Failed(null);

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly RememberedPasswords _remembered = new(clock);
    readonly SharedChecks _checks = new(throttle);
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
        // crypt(3) would ignore what follows a NUL. An empty password is nobody's, not even if its hash is in htpasswd.
        if (password.Length == 0 || user.Contains('\0') || password.Contains('\0'))
            return _failed;
        if (user.Length > MaxUserLength
            || (users.AreHashes && (!IsSlow || !Crypt.CanBePassword(password, GetHash(user)))))
        {
            return _failed;
        }
        var proof = Prove(user, password);
        if (_remembered.Get(user, proof) is { } known)
            return GetResult(user, known);
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
        var pair = attempts.Pair;
        if (attempts.Wait is { } wait)
            return AuthenticationResult.NotChecked(wait);
        if (!await attempts.Turn.WaitAsync(ServerLimits.MaxWorkWait, cancellationToken))
            throw new OverloadedException();
        try
        {
            // Another request may have brought the same password meanwhile.
            if (_remembered.Get(pair.User, proof) is { } known)
                return GetResult(pair.User, known);
            if (attempts.Wait is { } longer)
                return AuthenticationResult.NotChecked(longer);
            var check = _checks.Join(
                proof, attempts, connection, (check, queue) => TryAsync(check, pair, password, proof, queue));
            if (check is not null)
                return GetResult(pair.User, await check.WaitAsync(attempts, cancellationToken));
            // It may have ended just now.
            return _remembered.Get(pair.User, proof) is { } late
                ? GetResult(pair.User, late) : AuthenticationResult.NotChecked(throttle.Guesses.GetWait(pair));
        }
        finally
        {
            attempts.Turn.Release();
        }
    }

    /// <summary>Checks a password for all who wait for it.</summary>
    async Task<bool> TryAsync(
        SharedCheck check, LoginPair pair, string password, Sha256Digest proof, HashQueue queue)
    {
        var isRight = await MatchesAsync(check, pair, password, proof, queue);
        if (isRight is true)
        {
            _remembered.AddRight(pair.User, proof);
            check.Succeed();
            return true;
        }
        check.Fail();
        if (users.AreHashes)
            await throttle.HoldBackAsync(pair, queue);
        // Not before all are answered: whoever brings it meanwhile would see by the time that the user exists.
        if (isRight is false)
            _remembered.AddWrong(proof);
        return false;
    }

    /// <returns>Whether the password is right, or null if that could not be computed.</returns>
    async Task<bool?> MatchesAsync(
        SharedCheck check, LoginPair pair, string password, Sha256Digest proof, HashQueue queue)
    {
        if (!users.AreHashes)
        {
            check.Begin();
            return IsPlainPassword(pair.User, password);
        }
        var spent = TimeSpan.Zero;
        await queue.EnterAsync(pair, check.Abandoned);
        try
        {
            check.Begin();
            // A check that ended when this one started may have told.
            return _remembered.Get(pair.User, proof) ?? Hash(pair, password, out spent);
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
        var matches = Crypt.Matches(password, GetHash(pair.User));
        spent = ThreadTime.OfCurrent() - began;
        return pair.Exists ? matches : false;
    }

    string GetHash(string user) =>
        users.Passwords.TryGetValue(user, out var expected) ? expected : _decoys.Compute(user);

    AuthenticationResult GetResult(string user, bool isRight) =>
        isRight ? AuthenticationResult.From(users.Find(user)!) : _failed;

    bool IsPlainPassword(string user, string password) =>
        (users.Passwords.TryGetValue(user, out var expected) && AreEqual(password, expected))
        || (users.PreviousPasswords.TryGetValue(user, out var previous) && AreEqual(password, previous));

    /// <summary>
    /// Returns what is remembered instead of a password. Without the key, which changes with each process, how long a
    /// comparison takes says nothing about it.
    /// </summary>
    Sha256Digest Prove(string user, string password) => Sha256Digest.FromBytes(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user}\0{password}")));

    bool AreEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(given)),
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(expected)));
}

/// <summary>The facts about the passwords of one Secret's users that are known without computing a hash.</summary>
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
    public bool? Get(string user, Sha256Digest proof) =>
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
