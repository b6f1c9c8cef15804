using System.Text.Json.Serialization;

namespace PyRepo.Server.Access;

/// <summary>
/// The content of a short-lived token that the server gave for a token of an identity provider (trusted publishing). It
/// says who the caller is, not what it may do: that is decided by the grants when it is used.
/// </summary>
/// <param name="Id">The identifier, under which it can be ended.</param>
/// <param name="Issuer">Who issued the provider's token.</param>
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
