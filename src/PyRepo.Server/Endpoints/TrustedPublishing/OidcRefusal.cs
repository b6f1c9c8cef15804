namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>Why no token is minted.</summary>
sealed record OidcRefusal(string Message, IReadOnlyList<OidcError> Errors);
