namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>A provider's token, or a minted one to be ended.</summary>
sealed record OidcRequest(string? Token);
