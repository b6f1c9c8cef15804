using System.Net;
using System.Text;
using System.Text.Json;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// The API's response to a request that it rejects
/// (<see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/">Status</see>).
/// </summary>
sealed record ApiStatus
{
    const int MaxQuoted = 300;
    const string TooLarge = "ResourceVersionTooLarge";

    public string? Kind { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int? Code { get; init; }

    public ApiStatusDetails? Details { get; init; }

    /// <summary>Reads the status of a response that is no success.</summary>
    public static KubernetesException Error(ApiRequest request, HttpStatusCode code, TimeSpan? retryAfter, byte[] body)
    {
        var status = Parse(body);
        var message = status?.Message is { Length: > 0 } words && words != status.Reason
            ? words
            : $"{request.Method} {request.PathAlone} was answered with {(int)code} {code}.";
        if (status is null && body.Length > 0)
            message += $" It said: {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, MaxQuoted)))}";
        return new(code, status?.Reason, message)
        {
            RetryAfter = retryAfter ?? status?.Details?.RetryAfter,
            IsTooLarge = IsTooLarge(status),
            Fields = [.. (status?.Details?.Causes ?? []).Select(cause => cause.Field).OfType<string>().Distinct()],
        };
    }

    /// <summary>Reads the status of a watch's ERROR event.</summary>
    public KubernetesException ToException() =>
        new((HttpStatusCode)(Code ?? 500), Reason, Message ?? "The watch ended with an error.")
        {
            RetryAfter = Details?.RetryAfter,
            IsTooLarge = IsTooLarge(this),
        };

    static bool IsTooLarge(ApiStatus? status) =>
        status?.Details?.Causes?.Any(cause => cause.Reason == TooLarge) is true;

    static ApiStatus? Parse(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, ClientJson.Default.ApiStatus);
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            // A proxy between answers in its own words; these are quoted.
            return null;
        }
    }
}
