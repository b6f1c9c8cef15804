using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Who issues the cluster's ServiceAccount tokens.</summary>
sealed record PlatformServiceAccounts
{
    /// <summary>The issuer, exactly as the tokens contain it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The issuer's keys, as a JSON Web Key Set.</summary>
    public required JsonElement Jwks { get; init; }

    /// <summary>The issuer's keys.</summary>
    [JsonIgnore]
    public ImmutableArray<JsonWebKey> Keys { get; init; } = [];

    /// <summary>The same with its keys.</summary>
    /// <exception cref="JsonException">There is no issuer, or the keys are no key set.</exception>
    public PlatformServiceAccounts Checked() => string.IsNullOrEmpty(Issuer)
        ? throw new JsonException("serviceAccounts has no issuer.")
        : this with { Keys = JsonWebKey.ReadSet(Jwks) };
}
