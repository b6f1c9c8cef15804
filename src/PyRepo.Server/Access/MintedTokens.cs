using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Access;

/// <summary>
/// Signs and verifies the tokens of trusted publishing with the namespace's key (HMAC-SHA256), so that every replica
/// accepts them.
/// </summary>
/// <param name="current">The key that signs.</param>
/// <param name="previous">The previous key, which is still accepted, or null if there is none.</param>
/// <param name="clock">The clock.</param>
sealed class MintedTokens(byte[] current, byte[]? previous, TimeProvider clock)
{
    /// <summary>The start of such a token. Scanners for secrets can look for it.</summary>
    public const string Prefix = "pyrepo_oidc.";

    /// <summary>Member tokens have the same key: what is signed differs, so that none passes for the other.</summary>
    const string Purpose = "minted token\n";

    /// <summary>How long a token is valid, as PyPI's. twine asks for another one after two thirds of it.</summary>
    static readonly TimeSpan _life = TimeSpan.FromMinutes(15);

    /// <summary>Until when the previous key signs, because other replicas may not have the current one yet.</summary>
    public DateTimeOffset PreviousUntil { get; init; }

    /// <summary>Creates a token for a verified token of a provider.</summary>
    /// <param name="token">The provider's token.</param>
    /// <param name="claims">The names of the claims to keep.</param>
    public (string Text, DateTimeOffset Expires) Sign(JsonWebToken token, IReadOnlySet<string> claims)
    {
        var expires = clock.GetUtcNow() + _life;
        var content = new MintedToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), token.Issuer, token.Audiences, token.Subject,
            token.Claims.Where(claim => claims.Contains(claim.Key)).ToDictionary(), expires.ToUnixTimeSeconds());
        var body = Base64Url.EncodeToString(
            JsonSerializer.SerializeToUtf8Bytes(content, AccessJson.Default.MintedToken));
        return ($"{Prefix}{body}.{Base64Url.EncodeToString(GetSignature(Signing, body))}", expires);
    }

    /// <summary>Returns the content of a token, or null if it is not valid.</summary>
    public MintedToken? Verify(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split('.') is not [var body, var signature]
            || !Base64Url.IsValid(body) || !Base64Url.IsValid(signature)
            || !(IsSignedBy(current, body, signature)
                || (previous is not null && IsSignedBy(previous, body, signature))))
        {
            return null;
        }
        var token = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(body), AccessJson.Default.MintedToken);
        return token is not null && token.Expires > clock.GetUtcNow().ToUnixTimeSeconds() ? token : null;
    }

    byte[] Signing => previous is not null && clock.GetUtcNow() < PreviousUntil ? previous : current;

    static bool IsSignedBy(byte[] key, string body, string signature) =>
        CryptographicOperations.FixedTimeEquals(GetSignature(key, body), Base64Url.DecodeFromChars(signature));

    static byte[] GetSignature(byte[] key, string body) =>
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Purpose + body));
}

/// <summary>
/// The content of a short-lived token that the server gave for a token of an identity provider (trusted publishing). It
/// says who the caller is, not what it may do: that is decided by the grants when it is used.
/// </summary>
/// <param name="Id">The identifier, under which it can be ended.</param>
/// <param name="Issuer">The issuer of the provider's token.</param>
/// <param name="Audiences">The audiences of the provider's token.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Claims">The claims that grants name.</param>
/// <param name="Expires">When it ends, as Unix time in seconds.</param>
sealed record MintedToken(
    [property: JsonPropertyName("jti")] string Id,
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("aud")] IReadOnlyList<string> Audiences,
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("claims")] IReadOnlyDictionary<string, string> Claims,
    [property: JsonPropertyName("exp")] long Expires);
