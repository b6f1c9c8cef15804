using System.Net;

namespace PyRepo.Kubernetes.Client;

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
