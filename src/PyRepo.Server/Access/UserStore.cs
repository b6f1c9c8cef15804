using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Resources.References;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>The users in one Secret: their names, their passwords or password hashes, and their groups.</summary>
/// <param name="Passwords">Maps each user to the hash from htpasswd, or to the password itself.</param>
/// <param name="Groups">Maps each user to the user's groups.</param>
/// <param name="AreHashes">Whether the passwords are crypt(3) hashes.</param>
sealed record UserStore(
    FrozenDictionary<string, string> Passwords, FrozenDictionary<string, FrozenSet<string>> Groups, bool AreHashes)
{
    /// <summary>A store without users.</summary>
    public static UserStore Empty { get; } = new(
        FrozenDictionary<string, string>.Empty, FrozenDictionary<string, FrozenSet<string>>.Empty, false);

    /// <summary>
    /// The Secret, as <c>namespace/name</c>. It stays the same when its content changes, and what is counted for its
    /// users is not counted for those of another.
    /// </summary>
    public string Secret { get; init; } = "";

    /// <summary>
    /// Maps each user to the plain-text password from before a rotation. It stays valid as long as it is in the Secret.
    /// </summary>
    public FrozenDictionary<string, string> PreviousPasswords { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The users whose tokens outlive a change of the password; <c>*</c> means all.</summary>
    public FrozenSet<string> TokenKeepers { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The tokens that an administrator declares, by id.</summary>
    public FrozenDictionary<string, ApiToken> Tokens { get; init; } = FrozenDictionary<string, ApiToken>.Empty;

    /// <summary>
    /// Creates a store of one user with a plain-text password, as in a Secret of type kubernetes.io/basic-auth.
    /// </summary>
    public static UserStore Single(string user, string password) => Empty with
    {
        Passwords = Parse(user, password),
    };

    /// <summary>Reads the Secret that <c>usersSecretRef</c> names.</summary>
    /// <param name="data">
    /// The Secret's keys: <c>htpasswd</c> and <c>groups</c>, or <c>username</c> and <c>password</c>; in any case
    /// <c>tokens</c> and <c>keep-tokens</c>.
    /// </param>
    /// <param name="problem">The problem with the Secret, or null. Its valid entries are used in any case.</param>
    public static UserStore Read(IReadOnlyDictionary<string, byte[]> data, out string? problem)
    {
        var users = ReadUsers(data, out problem);
        users = users with { TokenKeepers = ReadKeepers(GetText(data, "keep-tokens") ?? "") };
        if (GetText(data, "tokens") is not { } tokens)
            return users;
        // A Secret may have tokens alone.
        var isAlone = !data.ContainsKey("htpasswd") && !data.ContainsKey("username");
        if (isAlone)
            problem = null;
        var declared = DeclaredTokens.Read(tokens, out var bad);
        if (isAlone && declared.Count == 0)
            bad ??= "has nothing in its key tokens: nobody can log in";
        problem ??= bad;
        return users with { Tokens = declared };
    }

    /// <summary>Returns a user as the sender of requests, or null if there is none of this name.</summary>
    public Caller? Find(string user) => Passwords.ContainsKey(user)
        ? new Caller.User(user, Groups.GetValueOrDefault(user, FrozenSet<string>.Empty)) : null;

    /// <summary>Returns the proof for a new token of a user, or null if there is no such user.</summary>
    public string? Prove(string user, ApiTokenText token) =>
        Passwords.TryGetValue(user, out var password) ? token.Prove(password) : null;

    /// <summary>
    /// Whether a token of a user is still valid: the password is the one with which it was made, or the one from before a
    /// rotation, or the administrator keeps the tokens.
    /// </summary>
    public bool KeepsToken(string user, ApiTokenText token, string proof) =>
        TokenKeepers.Contains("*") || TokenKeepers.Contains(user)
        || Prove(user, token) == proof
        || (PreviousPasswords.TryGetValue(user, out var previous) && token.Prove(previous) == proof);

    static UserStore ReadUsers(IReadOnlyDictionary<string, byte[]> data, out string? problem)
    {
        problem = null;
        if (GetText(data, "htpasswd") is { } htpasswd)
        {
            if (string.IsNullOrWhiteSpace(htpasswd))
                problem = "has nothing in its key htpasswd";
            return new UserStore(
                ReadHtpasswd(htpasswd, ref problem), ReadGroups(GetText(data, "groups") ?? "", ref problem), true);
        }
        if (GetText(data, GeneratedSecret.UserNameKey) is not { } user
            || GetText(data, GeneratedSecret.PasswordKey) is not { } password)
        {
            problem = "has neither the key htpasswd nor the keys username and password, nor tokens";
            return Empty;
        }
        // An unset variable, or a Secret that its controller has yet to fill: nobody logs in by it.
        var empty = string.IsNullOrWhiteSpace(user) ? GeneratedSecret.UserNameKey
            : string.IsNullOrWhiteSpace(password) ? GeneratedSecret.PasswordKey : null;
        if (empty is null)
        {
            var stray = user.Any(IsStray) ? GeneratedSecret.UserNameKey
                : password.Any(IsStray) ? GeneratedSecret.PasswordKey : null;
            if (stray is not null)
                problem = $"has a line end, a byte order mark or another invisible character in its key {stray}, "
                    + "which no client sends";
            return Single(user, password);
        }
        problem = $"has nothing in its key {empty}: nobody can log in";
        return Empty;
    }

    /// <summary>Reads the Secret NAME-credentials, which the operator creates.</summary>
    /// <param name="data">
    /// The Secret's keys: <c>username</c>, <c>password</c>, and for an hour after a rotation <c>previous</c>.
    /// </param>
    public static UserStore ReadGenerated(IReadOnlyDictionary<string, byte[]> data)
    {
        var users = Read(data, out _);
        return GetText(data, GeneratedSecret.UserNameKey) is { } user
            && GetText(data, GeneratedSecret.PreviousKey) is { } previous && !string.IsNullOrWhiteSpace(previous)
            ? users with { PreviousPasswords = Parse(user, previous) }
            : users;
    }

    /// <summary>
    /// Returns a digest of the users. Equal digests mean equal users, passwords and groups. Tokens are not in it, so
    /// that a new one makes nobody's password be hashed again.
    /// </summary>
    public string Fingerprint()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(digest, AreHashes ? "hashes" : "passwords", Passwords.Select(p => (p.Key, p.Value)));
        Append(digest, "previous", PreviousPasswords.Select(p => (p.Key, p.Value)));
        Append(digest, "groups", Groups.SelectMany(g => g.Value.Select(group => (g.Key, group))));
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    static void Append(IncrementalHash digest, string part, IEnumerable<(string Key, string Value)> pairs)
    {
        digest.AppendData(Encoding.UTF8.GetBytes(part));
        var sorted = pairs.OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal);
        foreach (var (key, value) in sorted)
            digest.AppendData(Encoding.UTF8.GetBytes($"\n{key.Length} {key} {value.Length} {value}"));
    }

    /// <summary>A name that is nobody's is no problem: a user who is removed must be gone at once.</summary>
    static FrozenSet<string> ReadKeepers(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith('#')).SelectMany(GetWords)
            .ToFrozenSet(StringComparer.Ordinal);

    static string[] GetWords(string text) =>
        text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    static bool IsStray(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    static FrozenDictionary<string, string> Parse(string user, string password) =>
        new Dictionary<string, string> { [user] = password }.ToFrozenDictionary();

    static string? GetText(IReadOnlyDictionary<string, byte[]> data, string key) =>
        data.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    static FrozenDictionary<string, string> ReadHtpasswd(string text, ref string? problem)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var entry = line.Trim();
            if (entry.Length == 0 || entry[0] == '#')
                continue;
            // Whoever may name a Secret need not be allowed to read it: no problem quotes its text.
            if (entry.Split(':', 2) is not [{ Length: > 0 } user, { Length: > 0 } hash])
                problem ??= $"has no user:hash in line {number + 1} of htpasswd";
            else if (!Crypt.Knows(hash))
                problem ??= $"has a hash in line {number + 1} of htpasswd that crypt(3) does not know; make one with "
                    + "'htpasswd -B' or 'openssl passwd -6'";
            else if (!HashCost.IsBounded(hash))
                problem ??= $"has a hash in line {number + 1} of htpasswd that costs too much to check: "
                    + $"bcrypt may have cost {ServerLimits.MaxBcryptCost}, SHA-1 {ServerLimits.MaxSha1Rounds} rounds, "
                    + $"others {ServerLimits.MaxHashRounds} rounds or {ServerLimits.MaxHashMemory >> 20} MiB; "
                    + "make one with 'htpasswd -B' or 'openssl passwd -6'";
            else
                users[user] = hash;
        }
        return users.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static FrozenDictionary<string, FrozenSet<string>> ReadGroups(string text, ref string? problem)
    {
        var groupsOf = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var entry = line.Trim();
            if (entry.Length == 0 || entry[0] == '#')
                continue;
            if (entry.Split(':', 2) is not [{ Length: > 0 } group, var members])
            {
                problem ??= $"has no 'group: users' in line {number + 1} of groups";
                continue;
            }
            foreach (var user in GetWords(members))
            {
                if (!groupsOf.TryGetValue(user, out var groups))
                    groupsOf[user] = groups = new(StringComparer.Ordinal);
                groups.Add(group.Trim());
            }
        }
        return groupsOf.ToFrozenDictionary(p => p.Key, p => p.Value.ToFrozenSet(StringComparer.Ordinal));
    }
}
