using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Access.Jwt;

/// <summary>
/// Verifies the tokens of one issuer: the times, the key, whether the key has the algorithm, and then the signature.
/// Whom a token is for, each repository has decided before. A good token is remembered for some minutes.
/// </summary>
/// <param name="issuer">The issuer, exactly as its tokens contain it.</param>
/// <param name="source">The issuer's keys.</param>
/// <param name="clock">The clock.</param>
sealed class JwtVerifier(string issuer, ISigningKeySource source, TimeProvider clock)
{
    const int MaxRemembered = 1024;

    /// <summary>The clocks of the issuer and of this machine may differ slightly.</summary>
    static readonly TimeSpan _skew = TimeSpan.FromSeconds(10);

    /// <summary>After this time the signature is verified again: the issuer may have withdrawn its key.</summary>
    static readonly TimeSpan _remembered = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<Sha256Digest, long> _verified = new();

    /// <summary>The issuer.</summary>
    public string Issuer => issuer;

    /// <summary>Returns why a token is not valid, in a sentence, or null if it is.</summary>
    /// <exception cref="AuthenticationUnavailableException">The issuer's keys cannot be read.</exception>
    public async ValueTask<string?> FailureOfAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        if (token.Issuer != issuer)
            return "The token is of another issuer.";
        if (FailureOfTimes(token, clock.GetUtcNow()) is { } outOfTime)
            return outOfTime;
        var digest = GetDigest(token);
        if (_verified.TryGetValue(digest, out var at) && clock.GetElapsedTime(at) < _remembered)
            return null;
        if (token.HasCriticalExtensions)
            return "The token requires extensions that are not known here.";
        var keys = await source.FindAsync(token.KeyId, cancellationToken);
        if (FailureOfSignature(token, keys) is { } forged)
            return forged;
        Remember(digest);
        return null;
    }

    /// <summary>Returns what is wrong with a token's signature, or null. The key comes before the algorithm.</summary>
    public static string? FailureOfSignature(JsonWebToken token, ImmutableArray<JsonWebKey> keys)
    {
        var named = token.KeyId is null ? keys : keys.RemoveAll(key => key.Id != token.KeyId);
        if (named.IsEmpty)
            return "The token is signed with a key that its issuer does not publish.";
        var suitable = named.RemoveAll(key => !key.Supports(token.Algorithm));
        if (suitable.IsEmpty)
            return "The token's algorithm is not accepted: its issuer's key has another one.";
        return suitable.Any(key => key.Verify(token)) ? null : "The token's signature is wrong.";
    }

    /// <summary>Returns what is wrong with the times of a token, or null.</summary>
    public static string? FailureOfTimes(JsonWebToken token, DateTimeOffset now)
    {
        if (token.Expires is not { } expires)
            return "The token never expires, so it is not accepted.";
        // Nothing is added to the token's times: at the end of time, it would overflow.
        if (now - _skew >= expires)
            return "The token has expired.";
        return token.NotBefore > now + _skew || token.IssuedAt > now + _skew ? "The token is not valid yet." : null;
    }

    static Sha256Digest GetDigest(JsonWebToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(token.SigningInput);
        hash.AppendData("."u8);
        hash.AppendData(token.Signature);
        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    void Remember(Sha256Digest digest)
    {
        if (_verified.Count >= MaxRemembered)
            _verified.Clear();
        _verified[digest] = clock.GetTimestamp();
    }
}

/// <summary>Where the public keys of an issuer come from.</summary>
interface ISigningKeySource
{
    /// <summary>
    /// Returns the issuer's keys. If a key is not among the known ones, the issuer may have a new one and is asked, but
    /// not for every token.
    /// </summary>
    /// <param name="keyId">The identifier of the key that a token names, or null.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    /// <exception cref="AuthenticationUnavailableException">They cannot be read.</exception>
    ValueTask<ImmutableArray<JsonWebKey>> FindAsync(string? keyId, CancellationToken cancellationToken);
}
