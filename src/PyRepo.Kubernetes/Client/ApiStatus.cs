using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

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

sealed record ApiStatusDetails
{
    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<ApiStatusCause>? Causes { get; init; }

    [JsonIgnore]
    public TimeSpan? RetryAfter => RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
}

sealed record ApiStatusCause
{
    public string? Field { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The API server rejected a request with a <c>Status</c> object, whose message this is.</summary>
public sealed class KubernetesException(HttpStatusCode status, string? reason, string message) : Exception(message)
{
    /// <summary>The HTTP status; in a watch the code of the <c>ERROR</c> event.</summary>
    public HttpStatusCode Status => status;

    /// <summary>
    /// The word of the API for it: <c>NotFound</c>, <c>Conflict</c>, <c>Expired</c>, <c>Invalid</c>, …
    /// </summary>
    public string? Reason => reason;

    /// <summary>The time after which to try again, if the server gave one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Of an object that is Invalid the wrong fields, as paths: <c>spec.strategy.rollingUpdate</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>409: somebody else changed it meanwhile, or it exists already.</summary>
    public bool IsConflict => status == HttpStatusCode.Conflict;

    /// <summary>400, 403 or 422: the same request is rejected again until somebody changes something.</summary>
    public bool IsRejected =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity;

    /// <summary>
    /// 403: the namespace is being deleted, and nothing new can be made in it. The cause NamespaceTerminating says so;
    /// its message is part of this one.
    /// </summary>
    public bool IsOfTerminatingNamespace => status == HttpStatusCode.Forbidden
        && Message.Contains("because it is being terminated", StringComparison.Ordinal);

    /// <summary>404.</summary>
    public bool IsNotFound => status == HttpStatusCode.NotFound;

    /// <summary>
    /// 410, or <c>Expired</c>: the version asked for is too old; or it is one that the server has not reached, as after
    /// a restore from a backup. Only a new list helps.
    /// </summary>
    public bool IsExpired => IsTooLarge || status == HttpStatusCode.Gone || reason is "Expired" or "Gone";

    /// <summary>Whether the server has not reached the version asked for.</summary>
    internal bool IsTooLarge { get; init; }
}
