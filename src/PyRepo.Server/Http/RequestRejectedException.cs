namespace PyRepo.Server.Http;

/// <summary>A request can't be granted, for a reason that its sender should read.</summary>
/// <param name="status">The HTTP status, 4xx or 5xx.</param>
/// <param name="sentence">What happened, to what, and what to do; in one plain sentence or two.</param>
sealed class RequestRejectedException(int status, string sentence) : Exception(sentence)
{
    /// <summary>503: it can't be told or had now, and may be later.</summary>
    /// <param name="what">A project, a file or a repository.</param>
    /// <param name="why">Why; null: nobody knows.</param>
    /// <param name="retryAfter">After how long to try again.</param>
    public static RequestRejectedException Unavailable(string what, string? why, TimeSpan retryAfter) =>
        new(503, $"'{what}' can't be had now{(why is null ? "" : $": {why.TrimEnd('.')}")}.") { RetryAfter = retryAfter };

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>After how long to try again, where that may help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The methods that would do (405).</summary>
    public string? Allow { get; init; }
}
