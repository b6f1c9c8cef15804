namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>One reason.</summary>
/// <param name="Code">PyPI's code for it.</param>
/// <param name="Description">A sentence.</param>
sealed record OidcError(string Code, string Description);
