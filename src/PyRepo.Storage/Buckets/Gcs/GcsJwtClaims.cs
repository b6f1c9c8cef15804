namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The claims that a service account signs to be given a token.</summary>
sealed record GcsJwtClaims(string Iss, string Scope, string Aud, long Iat, long Exp);
