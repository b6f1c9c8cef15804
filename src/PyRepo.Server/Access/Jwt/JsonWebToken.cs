using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace PyRepo.Server.Access.Jwt;

/// <summary>
/// A signed JSON Web Token (<see href="https://www.rfc-editor.org/rfc/rfc7519">RFC 7519</see>) in the compact form of
/// <see href="https://www.rfc-editor.org/rfc/rfc7515#section-7.1">RFC 7515 §7.1</see>, as it was sent: nothing in it
/// is verified.
/// </summary>
sealed record JsonWebToken
{
    /// <summary>The longest token that is looked at. GitHub's and Kubernetes' have 1 to 2 KiB.</summary>
    public const int MaxLength = 16 << 10;

    /// <summary>The characters that .NET accepts in base64url, too: it also takes <c>%</c> for padding.</summary>
    static readonly SearchValues<char> _lenient = SearchValues.Create("=% \t\r\n");

    static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The algorithm of the signature, according to the header.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The identifier of the key, or null.</summary>
    public string? KeyId { get; init; }

    /// <summary>Whether the header requires extensions (<c>crit</c>), of which none is known.</summary>
    public bool HasCriticalExtensions { get; init; }

    /// <summary>The issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>Whom it is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Whom it is for.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The times of the claims <c>exp</c>, <c>nbf</c> and <c>iat</c>.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <inheritdoc cref="Expires"/>
    public DateTimeOffset? NotBefore { get; init; }

    /// <inheritdoc cref="Expires"/>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>The identifier of the token, or null.</summary>
    public string? Id { get; init; }

    /// <summary>All claims that are text, numbers or Booleans.</summary>
    public required FrozenDictionary<string, string> Claims { get; init; }

    /// <summary>The whole payload.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public required byte[] SigningInput { get; init; }

    /// <summary>The signature.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Parses a token. Its text never gets into a log.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonWebToken? token)
    {
        token = null;
        if (text.Length > MaxLength || !text.StartsWith("ey", StringComparison.Ordinal)
            || text.Split('.') is not [var header, var payload, var signature]
            || !IsBase64Url(header) || !IsBase64Url(payload) || !IsBase64Url(signature))
        {
            return false;
        }
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header), _strict);
            using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), _strict);
            token = Read(head.RootElement, body.RootElement.Clone(), $"{header}.{payload}", signature);
            return token is not null;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Shows neither the payload nor the signature.</summary>
    public override string ToString() => $"a token of {Issuer}";

    /// <summary>RFC 7515 §2: without padding, white space and line breaks.</summary>
    static bool IsBase64Url(string text) => Base64Url.IsValid(text) && !text.AsSpan().ContainsAny(_lenient);

    static JsonWebToken? Read(JsonElement header, JsonElement payload, string input, string signature)
    {
        if (GetText(header, "alg") is not { } algorithm || GetText(payload, "iss") is not { } issuer)
            return null;
        return new JsonWebToken
        {
            Algorithm = algorithm,
            KeyId = GetText(header, "kid"),
            HasCriticalExtensions = header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _),
            Issuer = issuer,
            Subject = GetText(payload, "sub") ?? "",
            Audiences = GetAudiences(payload),
            Expires = GetTime(payload, "exp"),
            NotBefore = GetTime(payload, "nbf"),
            IssuedAt = GetTime(payload, "iat"),
            Id = GetText(payload, "jti"),
            Claims = payload.EnumerateObject().Select(claim => (claim.Name, Value: GetValue(claim.Value)))
                .Where(claim => claim.Value is not null)
                .ToFrozenDictionary(claim => claim.Name, claim => claim.Value!, StringComparer.Ordinal),
            Payload = payload,
            SigningInput = Encoding.ASCII.GetBytes(input),
            Signature = Base64Url.DecodeFromChars(signature),
        };
    }

    static string? GetText(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw new FormatException($"{name} is no text.");

    static ImmutableArray<string> GetAudiences(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud", out var audience))
            return [];
        return audience.ValueKind is JsonValueKind.String
            ? [audience.GetString()!]
            : [.. audience.EnumerateArray().Select(each => each.ValueKind is JsonValueKind.String
                ? each.GetString()! : throw new FormatException("aud is no text."))];
    }

    /// <summary>Reads a NumericDate (RFC 7519 §2): seconds, which may have a fraction.</summary>
    static DateTimeOffset? GetTime(JsonElement payload, string name)
    {
        if (!payload.TryGetProperty(name, out var value))
            return null;
        var seconds = value.GetDouble();
        return seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"{name} is no time.");
    }

    static string? GetValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
