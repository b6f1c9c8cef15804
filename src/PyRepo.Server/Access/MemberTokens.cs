using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PyRepo.Server.Access;

/// <summary>Signs and verifies member tokens with the namespace's key (HMAC-SHA256).</summary>
/// <param name="current">The key that signs.</param>
/// <param name="previous">The previous key, which is still accepted, or null if there is none.</param>
/// <param name="clock">The clock.</param>
sealed class MemberTokens(byte[] current, byte[]? previous, TimeProvider clock)
{
    /// <summary>Until when the previous key signs, because other servers may not have the current one yet.</summary>
    public DateTimeOffset PreviousUntil { get; init; }

    static readonly TimeSpan _life = TimeSpan.FromMinutes(1);

    /// <summary>The clocks of two pods may differ slightly.</summary>
    static readonly TimeSpan _skew = TimeSpan.FromSeconds(10);

    /// <summary>Creates a token for one request.</summary>
    public string Sign(string audience, string? user, AccessAction action, string? project)
    {
        var token = new MemberToken(audience, user, action, project, (clock.GetUtcNow() + _life).ToUnixTimeSeconds());
        var body =
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(token, AccessJson.Default.MemberToken));
        return $"{body}.{Base64Url.EncodeToString(HMACSHA256.HashData(Signing, Encoding.ASCII.GetBytes(body)))}";
    }

    /// <summary>
    /// Returns the content of a token, or null if the token is not valid or is not for this audience.
    /// </summary>
    public MemberToken? Verify(string text, string audience)
    {
        if (text.Split('.') is not [var body, var signature] || !Base64Url.IsValid(body)
            || !Base64Url.IsValid(signature)
            || !(IsSignedBy(current, body, signature)
                || (previous is not null && IsSignedBy(previous, body, signature))))
        {
            return null;
        }
        var token = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(body), AccessJson.Default.MemberToken);
        var now = clock.GetUtcNow();
        return token is not null && token.Audience == audience
            && token.Expires > (now - _skew).ToUnixTimeSeconds()
            && token.Expires <= (now + _life + _skew).ToUnixTimeSeconds()
                ? token
                : null;
    }

    byte[] Signing => previous is not null && clock.GetUtcNow() < PreviousUntil ? previous : current;

    static bool IsSignedBy(byte[] key, string body, string signature) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(body)), Base64Url.DecodeFromChars(signature));
}
