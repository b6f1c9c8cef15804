namespace PyRepo.Server.Access;

/// <summary>Who has sent a request, or why that is not known.</summary>
/// <param name="Caller">The caller, or null if the credentials are wrong.</param>
/// <param name="Failure">A sentence for the client about wrong credentials, or null if there is nothing to say.</param>
readonly record struct AuthenticationResult(Caller? Caller, string? Failure)
{
    /// <summary>The credentials are right.</summary>
    public static AuthenticationResult Of(Caller caller) => new(caller, null);

    /// <summary>The credentials are wrong.</summary>
    public static AuthenticationResult Failed(string? failure) => new(null, failure);
}
