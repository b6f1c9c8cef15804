using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Access;

/// <summary>
/// Seals what a user entered on the sign-in page into a cookie (AES-256-GCM, with a key that is derived from the
/// namespace's). Each request opens it and checks the password as if it had been sent with it, so that a session ends
/// with the password or the user, on every replica, and a group's members know the user, too.
/// </summary>
/// <param name="repository">The namespace and the name of the repository, for which alone the cookie is valid.</param>
/// <param name="current">The key that seals.</param>
/// <param name="previous">The previous key, which still opens, or null if there is none.</param>
/// <param name="clock">The clock.</param>
sealed class SessionCookies(string repository, byte[] current, byte[]? previous, TimeProvider clock)
{
    const int NonceLength = 12, TagLength = 16, TimeLength = 8;

    /// <summary>The length of an owner's digest, in hexadecimal.</summary>
    const int OwnerLength = 32;

    /// <summary>The sessions that an owner may end by signing out, within the life of one.</summary>
    const int MaxEnded = 100;

    /// <summary>How long a session lasts.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromHours(12);

    /// <summary>How long a message waits for the page that shows it.</summary>
    public static TimeSpan MessageLife { get; } = TimeSpan.FromMinutes(1);

    readonly byte[] _session = Encoding.UTF8.GetBytes($"{repository}\nsession");
    readonly byte[] _message = Encoding.UTF8.GetBytes($"{repository}\nmessage");
    readonly byte[] _current = GetKey(current);
    readonly byte[]? _previous = previous is null ? null : GetKey(previous);

    /// <summary>The sessions that were ended here by signing out.</summary>
    public BurnedTokens? Ended { get; init; }

    /// <summary>
    /// Returns what a session is known by after its end, however its bytes are spelled. It says nothing about who had signed
    /// in.
    /// </summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="opened">Its content.</param>
    public static string GetId(string cookie, Session opened) =>
        $"session-{opened.Owner}-{Digits(SHA256.HashData(Base64Url.DecodeFromChars(cookie)), 16)}";

    /// <summary>
    /// Returns whose a session is, so that one owner's ends cannot be without number: the user's, whichever token he or she
    /// made for it, or the identity's of a provider, whichever token it has now.
    /// </summary>
    static string GetOwner(Caller caller, string user) => Digits(
        SHA256.HashData(Encoding.UTF8.GetBytes(caller switch
        {
            Caller.Token { Owner: { } owner } => owner.Name ?? user,
            _ => caller.Name ?? user,
        })), OwnerLength / 2);

    static string Digits(byte[] hash, int bytes) => Convert.ToHexStringLower(hash.AsSpan(0, bytes));

    /// <summary>Returns whether an owner may end one more session before others have expired.</summary>
    /// <param name="id">The session's id.</param>
    /// <param name="ended">The ids of those that have been ended.</param>
    public static bool MayEnd(string id, IEnumerable<string> ended) => ended.Count(
        each => each.AsSpan().StartsWith(id.AsSpan(0, id.LastIndexOf('-') + 1), StringComparison.Ordinal)) < MaxEnded;

    /// <summary>Returns when a session ends at the latest that was sealed before.</summary>
    public DateTimeOffset GetEnd() => clock.GetUtcNow() + Life;

    /// <summary>Seals a user name and a password.</summary>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password, or a token.</param>
    /// <param name="caller">The caller who signed in by them.</param>
    public string Seal(string user, string password, Caller caller) =>
        Seal($"{GetOwner(caller, user)}{user}:{password}", _session, Life);

    /// <summary>Seals what the next page says. Nothing else passes for it, and it passes for nothing else.</summary>
    public string SealMessage(string text) => Seal(text, _message, MessageLife);

    string Seal(string plain, byte[] about, TimeSpan life)
    {
        var text = Encoding.UTF8.GetBytes(plain);
        var content = new byte[TimeLength + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(content, (clock.GetUtcNow() + life).ToUnixTimeSeconds());
        text.CopyTo(content, TimeLength);
        var sealedBytes = new byte[NonceLength + content.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_current, TagLength);
        aes.Encrypt(
            nonce, content, sealedBytes.AsSpan(NonceLength, content.Length), sealedBytes.AsSpan(^TagLength..), about);
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>Returns what was sealed, or null if the cookie is not valid or has expired.</summary>
    public Session? Open(string cookie)
    {
        if (Open(cookie, _session) is not { } text)
            return null;
        var colon = text.IndexOf(':', OwnerLength);
        var opened = new Session(
            text[..OwnerLength], new BasicCredentials(text[OwnerLength..colon], text[(colon + 1)..]));
        return Ended?.Contains(GetId(cookie, opened)) is true ? null : opened;
    }

    /// <summary>Returns what the page has to say, or null if the cookie is not valid or has expired.</summary>
    public string? OpenMessage(string cookie) => Open(cookie, _message);

    string? Open(string cookie, byte[] about)
    {
        if (!Base64Url.IsValid(cookie, out var length) || length <= NonceLength + TimeLength + TagLength)
            return null;
        var bytes = Base64Url.DecodeFromChars(cookie);
        return Open(bytes, about, _current) ?? (_previous is null ? null : Open(bytes, about, _previous));
    }

    string? Open(byte[] bytes, byte[] about, byte[] key)
    {
        var content = new byte[bytes.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, content.Length), bytes.AsSpan(^TagLength..),
                content, about);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        if (BinaryPrimitives.ReadInt64LittleEndian(content) <= clock.GetUtcNow().ToUnixTimeSeconds())
            return null;
        return Encoding.UTF8.GetString(content.AsSpan(TimeLength));
    }

    /// <summary>Other uses of the key have other purposes, so that nothing of theirs passes for a session.</summary>
    static byte[] GetKey(byte[] key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "pyrepo session cookie"u8.ToArray());
}

/// <summary>The content of a session's cookie.</summary>
/// <param name="Owner">A digest of the one who signed in.</param>
/// <param name="Credentials">The user name and the password that were entered.</param>
readonly record struct Session(string Owner, BasicCredentials Credentials);

/// <summary>
/// A user name and a password from HTTP Basic authentication (<see href="https://www.rfc-editor.org/rfc/rfc7617">RFC
/// 7617</see>).
/// </summary>
readonly record struct BasicCredentials(string User, string Password)
{
    static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Parses the Authorization header. The library requests sends Latin-1, while httpx and uv send UTF-8. Bytes that
    /// are not valid UTF-8 are decoded as Latin-1.
    /// </summary>
    public static bool TryParse(string? header, out BasicCredentials credentials)
    {
        credentials = default;
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length))
            return false;
        var text = Decode(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        credentials = new(text[..colon], text[(colon + 1)..]);
        return true;
    }

    static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
