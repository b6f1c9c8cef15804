namespace PyRepo.Server.Access;

/// <summary>The sender of a request, or the reason that it is not known.</summary>
/// <param name="Caller">The caller, or null if the credentials are wrong.</param>
/// <param name="Failure">A sentence for the client about wrong credentials, or null if there is nothing to say.</param>
readonly record struct AuthenticationResult(Caller? Caller, string? Failure)
{
    /// <summary>The credentials are right.</summary>
    public static AuthenticationResult From(Caller caller) => new(caller, null);

    /// <summary>
    /// If the password was not checked, because too many were wrong before it: how long it takes until one may be.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The password was not checked.</summary>
    public static AuthenticationResult NotChecked(TimeSpan retryAfter) => new(null, null)
    {
        RetryAfter = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds))),
    };

    /// <summary>The credentials are wrong.</summary>
    public static AuthenticationResult Failed(string? failure) => new(null, failure);
}
