namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>A minted token.</summary>
/// <param name="Success">Always true.</param>
/// <param name="Token">The token, which clients send as the password of <c>__token__</c>.</param>
/// <param name="Expires">When it ends, as Unix time in seconds.</param>
sealed record OidcMintedToken(bool Success, string Token, long Expires);
