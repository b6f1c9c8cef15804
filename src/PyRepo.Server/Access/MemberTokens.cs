using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Downloads;

namespace PyRepo.Server.Access;

/// <summary>Signs and verifies member tokens with the namespace's key (HMAC-SHA256).</summary>
/// <param name="current">The key that signs.</param>
/// <param name="previous">The previous key, which is still accepted, or null if there is none.</param>
/// <param name="clock">The clock.</param>
sealed class MemberTokens(byte[] current, byte[]? previous, TimeProvider clock)
{
    /// <summary>Until when the previous key signs, because other servers may not have the current one yet.</summary>
    public DateTimeOffset PreviousUntil { get; init; }

    /// <summary>The header by which a member proves that an answer to a token is its own.</summary>
    public const string AnswerHeader = "PyRepo-Member";

    static readonly TimeSpan _life = TimeSpan.FromMinutes(1);

    /// <summary>The clocks of two pods may differ slightly.</summary>
    static readonly TimeSpan _skew = TimeSpan.FromSeconds(10);

    /// <summary>Creates a token for one request.</summary>
    public string SignRequest(
        string audience, string? user, AccessAction action, string? project, RequestedDownload? download = null)
    {
        var expires = (clock.GetUtcNow() + _life).ToUnixTimeSeconds();
        var token = new MemberToken(audience, user, action, project, expires) { Download = download };
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
            || GetKey(body, signature) is null)
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

    /// <summary>
    /// Returns what proves that an answer is of somebody who can verify the request's token, which is valid.
    /// </summary>
    public string SignAnswer(string token)
    {
        var parts = token.Split('.');
        return Base64Url.EncodeToString(HMACSHA256.HashData(GetKey(parts[0], parts[1])!, AnswerTo(token)));
    }

    /// <summary>Whether an answer's header proves that a member answered this token.</summary>
    public bool IsAnswerTo(string token, string header) => Base64Url.IsValid(header)
        && (IsSigned(current, AnswerTo(token), header)
            || (previous is not null && IsSigned(previous, AnswerTo(token), header)));

    byte[] Signing => previous is not null && clock.GetUtcNow() < PreviousUntil ? previous : current;

    byte[]? GetKey(string body, string signature) =>
        !Base64Url.IsValid(signature) ? null
        : IsSigned(current, Encoding.ASCII.GetBytes(body), signature) ? current
        : previous is not null && IsSigned(previous, Encoding.ASCII.GetBytes(body), signature) ? previous
        : null;

    /// <summary>No token has a line feed, so that nothing signed as an answer is one.</summary>
    static byte[] AnswerTo(string token) => Encoding.ASCII.GetBytes($"answer\n{token}");

    static bool IsSigned(byte[] key, byte[] text, string signature) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(key, text), Base64Url.DecodeFromChars(signature));
}

/// <summary>
/// The content of a token that a group's server sends to a member's server. It states what the caller may do, and is
/// valid for one minute. Passwords are never passed on.
/// </summary>
/// <param name="Audience">The member, as <c>namespace/name</c>.</param>
/// <param name="User">The caller's name for records and logs, or null for an anonymous caller.</param>
/// <param name="Action">The action that the group's server has allowed.</param>
/// <param name="Project">The project, or null for all projects, which the list of names requires.</param>
/// <param name="Expires">When the token expires, as Unix time in seconds.</param>
sealed record MemberToken(
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string? User,
    [property: JsonPropertyName("act")] AccessAction Action,
    [property: JsonPropertyName("prj")] string? Project,
    [property: JsonPropertyName("exp")] long Expires)
{
    /// <summary>The download that the request is for, if a repository may keep a log of it.</summary>
    [JsonPropertyName("dl")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestedDownload? Download { get; init; }
}

/// <summary>
/// An action that a caller requests. Each role allows its own action and all actions before it, but for the Auditor's,
/// which stands alone.
/// </summary>
enum AccessAction
{
    Read,
    Upload,
    Maintain,

    /// <summary>Reading the download log.</summary>
    Audit,
}
