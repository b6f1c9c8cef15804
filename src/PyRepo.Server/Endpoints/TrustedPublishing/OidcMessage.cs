namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>A sentence for the client.</summary>
sealed record OidcMessage(string Message);
