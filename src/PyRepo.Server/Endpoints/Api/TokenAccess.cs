using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Somebody who may make, list and revoke tokens of a repository.</summary>
/// <param name="Caller">The user or ServiceAccount.</param>
/// <param name="User">The caller's name for logs.</param>
/// <param name="Store">The repository's tokens.</param>
sealed record TokenAccess(Caller Caller, string User, TokenStore Store);
