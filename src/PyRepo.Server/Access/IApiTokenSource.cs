namespace PyRepo.Server.Access;

/// <summary>Where the tokens of a repository are: in its store here, or at the server of a member.</summary>
interface IApiTokenSource
{
    /// <summary>Returns a token, or null if there is none of this id.</summary>
    /// <exception cref="AuthenticationUnavailableException">The tokens cannot be read at the moment.</exception>
    ValueTask<ApiToken?> FindAsync(string id, CancellationToken cancellationToken);
}
