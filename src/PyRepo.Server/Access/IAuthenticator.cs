namespace PyRepo.Server.Access;

/// <summary>One way to tell who sends a request. A repository has a list of them.</summary>
interface IAuthenticator
{
    /// <summary>
    /// Whether the credentials are for this way, as far as that can be seen without checking them. The first one in a
    /// repository's list decides.
    /// </summary>
    bool Accepts(Credentials credentials);

    /// <summary>Checks credentials.</summary>
    /// <param name="credentials">The credentials, which it accepts.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    /// <exception cref="AuthenticationUnavailableException">They cannot be checked at the moment.</exception>
    ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken);
}
