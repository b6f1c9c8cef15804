namespace PyRepo.Server.Upstream;

/// <summary>What makes a page recognisable to the upstream that gave it (RFC 9110 §8.8).</summary>
sealed record PageValidators(string? ETag, string? LastModified);
