using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Client;

sealed record ApiStatusDetails
{
    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<ApiStatusCause>? Causes { get; init; }

    [JsonIgnore]
    public TimeSpan? RetryAfter => RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
}
