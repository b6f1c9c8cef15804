namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>The audience that a provider's token must have.</summary>
sealed record OidcAudience(string Audience);
