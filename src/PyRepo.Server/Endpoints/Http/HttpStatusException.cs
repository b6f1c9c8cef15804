namespace PyRepo.Server.Endpoints.Http;

/// <summary>A request is rejected, for a reason that the client should see.</summary>
/// <param name="status">The HTTP status, 4xx or 5xx.</param>
/// <param name="message">What happened, to what, and what to do about it, in one or two plain sentences.</param>
sealed class HttpStatusException(int status, string message) : Exception(message)
{
    /// <summary>Creates a 503 response: something is unavailable now, and may become available later.</summary>
    /// <param name="what">A project, a file or a repository.</param>
    /// <param name="why">The reason, or null if it is not known.</param>
    /// <param name="retryAfter">How long the client should wait before it retries.</param>
    /// <param name="cause">What is for the log alone, or null.</param>
    public static HttpStatusException Unavailable(
        string what, string? why, TimeSpan retryAfter, string? cause = null) =>
        new(503, $"'{what}' is unavailable now{(why is null ? "" : $": {why.TrimEnd('.')}")}.")
        {
            RetryAfter = retryAfter,
            Cause = cause,
        };

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>How long the client should wait before it retries, if a retry may help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is for the log alone, or null: it may name what is nothing to strangers.</summary>
    public string? Cause { get; init; }

    /// <summary>The allowed methods, for a 405 response.</summary>
    public string? Allow { get; init; }
}
