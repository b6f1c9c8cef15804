namespace PyRepo.Server.Access;

/// <summary>
/// Credentials are wrong for a repository and, if it is a group, for all its members; or too many were wrong lately, so
/// that they were not checked.
/// </summary>
/// <param name="message">The problem, in a sentence for the client.</param>
sealed class AuthenticationFailedException(string message) : Exception(message)
{
    /// <summary>The repository.</summary>
    public required string Repository { get; init; }

    /// <summary>
    /// The user, or null for a token and for a name that does not exist: what is typed as a name may be a password.
    /// </summary>
    public required string? User { get; init; }

    /// <summary>If the password was not checked: how long it takes until one may be.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The client's address.</summary>
    public required string Address { get; init; }
}
