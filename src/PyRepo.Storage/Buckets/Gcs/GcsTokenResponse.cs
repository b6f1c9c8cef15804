using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>What a token endpoint answers.</summary>
sealed record GcsTokenResponse
{
    public string? AccessToken { get; init; }

    public int? ExpiresIn { get; init; }

    /// <summary>The name of the token in an impersonation's answer.</summary>
    [JsonPropertyName("accessToken")]
    public string? ImpersonatedToken { get; init; }

    [JsonPropertyName("expireTime")]
    public DateTimeOffset? ImpersonationExpires { get; init; }

    public override string ToString() => "a token";
}
