namespace PyRepo.Storage;

/// <summary>A bucket's service refused a request, or could not be reached.</summary>
/// <param name="code">
/// The service's own error code, such as <c>NoSuchBucket</c>, or <c>Unreachable</c> without an answer.
/// </param>
/// <param name="message">The failure, in a sentence.</param>
/// <param name="inner">The cause.</param>
public sealed class BucketException(string code, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The code of an error without an answer.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>The code of a request that the service does not support.</summary>
    public const string NotImplemented = "NotImplemented";

    /// <summary>The service's own error code.</summary>
    public string Code => code;

    /// <summary>Whether the service did nothing, because it got too many requests, or too many for an object.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>Whether the same request may succeed if it is sent again later.</summary>
    public bool IsTransient { get; init; }
}
