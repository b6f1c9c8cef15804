namespace PyRepo.Server.Upstream;

/// <summary>Upstream can't be asked, or gives no answer that can be used. It says nothing about what upstream has.</summary>
/// <param name="sentence">What happened.</param>
/// <param name="inner">Why.</param>
sealed class UpstreamUnavailableException(string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>When upstream wants to be asked again, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a rule of ours forbids to ask: it says nothing of how upstream fares.</summary>
    public bool IsRejection { get; init; }
}
