using System.Net;

namespace PyRepo.Egress;

/// <summary>Upstream is unavailable, or sends no usable response. This does not indicate what upstream has.</summary>
/// <param name="message">The failure. Clients read it, so it names no URL and no address.</param>
/// <param name="inner">The cause.</param>
sealed class UpstreamUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// How long to wait before the next request: for the same project if upstream asks for it, or for any if its
    /// circuit breaker is open.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status of the response, if there was one.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>
    /// Whether upstream said that there is no such project, but has not proved that it answers at all.
    /// </summary>
    public bool IsUnprovedAbsence { get; init; }

    /// <summary>
    /// Whether upstream has not got the request, because no connection came about, or something else answered 502, 503
    /// or 504 in its place, as a mesh does when nothing is behind it. What upstream says itself, were it 503, is an
    /// answer; so is that it is silent or breaks off, because it may have what it was asked for. Any other answer
    /// without a proof may be of a member that lives, but has not got the group's key yet, say.
    /// </summary>
    public bool IsUnreached { get; init; }

    /// <summary>
    /// Whether one of the server's own rules forbids the request. This does not indicate a failure of upstream.
    /// </summary>
    public bool IsRejection { get; init; }

    /// <summary>The failure and its place, for the log and the status. Clients do not read it.</summary>
    public string Detail { get; init; } = message;

    /// <summary>Whether another host than upstream's failed, to which upstream links or redirects.</summary>
    public bool IsElsewhere { get; init; }
}
