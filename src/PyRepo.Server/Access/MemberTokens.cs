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

    /// <summary>The number of bytes of the proof at the end of a body.</summary>
    public const int BodyProofLength = HMACSHA256.HashSizeInBytes;

    const int IdLength = 16;

    /// <summary>The header by which a member proves that an answer to a token is its own.</summary>
    public const string AnswerHeader = "PyRepo-Member";

    static readonly TimeSpan _life = TimeSpan.FromMinutes(1);

    /// <summary>The clocks of two pods may differ slightly.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>Creates a token for one request.</summary>
    /// <param name="audience">The member, as <c>namespace/name</c>.</param>
    /// <param name="user">The caller's name for the member's records, or null for an anonymous caller.</param>
    /// <param name="action">The action that the group has allowed.</param>
    /// <param name="project">The project, <see cref="MemberToken.AllProjects"/>, or null for none.</param>
    /// <param name="request">The only request that the token is for.</param>
    /// <param name="download">The download that the request is for, or null.</param>
    public string SignRequest(
        string audience, string? user, AccessAction action, string? project, RequestLine request,
        RequestedDownload? download = null)
    {
        var expires = (clock.GetUtcNow() + _life).ToUnixTimeSeconds();
        var token = new MemberToken(audience, user, action, project, expires)
        {
            Request = request,
            Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdLength)),
            Download = download,
        };
        var body =
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(token, AccessJson.Default.MemberToken));
        return $"{body}.{Base64Url.EncodeToString(HMACSHA256.HashData(Signing, Encoding.ASCII.GetBytes(body)))}";
    }

    /// <summary>
    /// Returns the content of a token, or null if the token is not valid or is not for this audience and this request.
    /// </summary>
    public MemberToken? Verify(string text, string audience, RequestLine request)
    {
        if (text.Split('.') is not [var body, var signature] || !Base64Url.IsValid(body)
            || GetKey(body, signature) is null)
        {
            return null;
        }
        var token = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(body), AccessJson.Default.MemberToken);
        var now = clock.GetUtcNow();
        return token is not null && token.Audience == audience && token.Request == request
            && !string.IsNullOrEmpty(token.Id)
            && token.Expires > (now - Skew).ToUnixTimeSeconds()
            && token.Expires <= (now + _life + Skew).ToUnixTimeSeconds()
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

    /// <summary>
    /// Returns what stands at the end of the body of a request, and proves that who sent the token sent this body.
    /// </summary>
    /// <param name="token">The request's token, which is valid.</param>
    /// <param name="sha256">The SHA-256 of the body without the proof.</param>
    public byte[] SignBody(string token, ReadOnlySpan<byte> sha256)
    {
        var parts = token.Split('.');
        return HMACSHA256.HashData(
            GetKey(parts[0], parts[1])!, Encoding.ASCII.GetBytes($"body\n{token}\n{Convert.ToHexStringLower(sha256)}"));
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
/// The content of a token that a group's server sends to a member's server. It states what the caller may do with one
/// request, and is valid for one minute. Passwords are never passed on.
/// </summary>
/// <param name="Audience">The member, as <c>namespace/name</c>.</param>
/// <param name="User">The caller's name for records and logs, or null for an anonymous caller.</param>
/// <param name="Action">The action that the group's server has allowed.</param>
/// <param name="Project">
/// The project, or <see cref="AllProjects"/>, which the list of names requires. Null: the request is about none.
/// </param>
/// <param name="Expires">When the token expires, as Unix time in seconds.</param>
sealed record MemberToken(
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string? User,
    [property: JsonPropertyName("act")] AccessAction Action,
    [property: JsonPropertyName("prj")] string? Project,
    [property: JsonPropertyName("exp")] long Expires)
{
    /// <summary>All projects. No project has this name.</summary>
    public const string AllProjects = "*";

    /// <summary>The request that the token is for.</summary>
    [JsonPropertyName("req")]
    public RequestLine Request { get; init; }

    /// <summary>Tells it from other tokens, so that a change is made once.</summary>
    [JsonPropertyName("jti")]
    public string? Id { get; init; }

    /// <summary>The download that the request is for, if a repository may keep a log of it.</summary>
    [JsonPropertyName("dl")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestedDownload? Download { get; init; }
}

/// <summary>
/// An action that a caller requests. Each role allows its own action and all actions before it, but for the last two,
/// which stand alone.
/// </summary>
enum AccessAction
{
    Read,
    Upload,
    Maintain,

    /// <summary>Reading the download log.</summary>
    Audit,

    /// <summary>Looking up a token with its hash. No role allows it: only the server of a group does this.</summary>
    FindToken,
}
