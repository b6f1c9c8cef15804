using System.Net;

namespace PyRepo.Server.Upstream;

/// <summary>Upstream can't be asked, or gives no answer that can be used. It says nothing about what upstream has.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">Why.</param>
sealed class UpstreamUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When upstream wants to be asked again, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status that the index answered with, where it answered.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Whether a rule of ours forbids to ask: it says nothing of how upstream fares.</summary>
    public bool IsRejection { get; init; }
}
