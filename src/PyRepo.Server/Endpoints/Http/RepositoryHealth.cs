namespace PyRepo.Server.Endpoints.Http;

/// <summary>How a repository is, for its front page.</summary>
/// <param name="Problem">Why it is not open, or null if it is.</param>
sealed record RepositoryHealth(string? Problem)
{
    /// <summary>The host of a proxy's upstream, or null.</summary>
    public string? Upstream { get; init; }

    /// <summary>Whether upstream does not answer. The reason is for the administrator, and on <c>/status</c>.</summary>
    public bool IsUpstreamFailing { get; init; }

    /// <summary>When upstream last answered, or null if it never did.</summary>
    public DateTimeOffset? LastSuccess { get; init; }
}
