namespace PyRepo.Server.Content.Repositories;

/// <summary>A request is rejected, for a reason that the client should see.</summary>
/// <param name="reason">The kind of rejection; <c>ErrorResponse</c> maps it to a status.</param>
/// <param name="message">The problem, and how to fix it, in one or two plain sentences.</param>
sealed class RejectedException(RejectionReason reason, string message) : Exception(message)
{
    /// <summary>Creates a rejection: something is unavailable now, and may become available later.</summary>
    /// <param name="what">A project, a file or a repository.</param>
    /// <param name="why">The reason, or null if it is not known.</param>
    /// <param name="retryAfter">How long the client should wait before it retries.</param>
    /// <param name="cause">The cause, for the log alone, or null.</param>
    public static RejectedException Unavailable(
        string what, string? why, TimeSpan retryAfter, string? cause = null) =>
        new(RejectionReason.Unavailable, $"'{what}' is unavailable now{(why is null ? "" : $": {why.TrimEnd('.')}")}.")
        {
            RetryAfter = retryAfter,
            Cause = cause,
        };

    /// <summary>The kind of rejection.</summary>
    public RejectionReason Reason => reason;

    /// <summary>How long the client should wait before it retries, if a retry may help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The cause, for the log alone, or null: it may contain names that are no business of strangers.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>The rule of a policy that hides what was asked for, or null.</summary>
    public Verdict? HiddenBy { get; init; }

    /// <summary>The methods that are allowed instead, or null.</summary>
    public string? Allow { get; init; }
}

/// <summary>Why a request is rejected.</summary>
enum RejectionReason
{
    /// <summary>The request, the form or the file is not valid.</summary>
    Invalid,

    /// <summary>Another file already has this name.</summary>
    AlreadyExists,

    /// <summary>The caller must authenticate first.</summary>
    Unauthenticated,

    /// <summary>The caller is authenticated but not allowed to do this.</summary>
    Forbidden,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>Nobody can do this here.</summary>
    NotAllowed,

    /// <summary>The client accepts no form in which this can be sent.</summary>
    NotAcceptable,

    /// <summary>The current state does not admit this.</summary>
    Conflict,

    /// <summary>The client uses a feature that the protocol no longer has.</summary>
    Obsolete,

    /// <summary>The file or the request is larger than the repository allows.</summary>
    TooLarge,

    /// <summary>This cannot be answered now, but may be later.</summary>
    Unavailable,
}
