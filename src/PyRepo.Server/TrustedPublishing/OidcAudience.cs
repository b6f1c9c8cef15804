namespace PyRepo.Server.TrustedPublishing;

/// <summary>The audience that a provider's token must have.</summary>
sealed record OidcAudience(string Audience);
