namespace PyRepo.Downloads;

/// <summary>The log of a repository: in its store here, or at the server of a group's member.</summary>
interface IDownloadLog
{
    /// <summary>Finds out who downloaded what a query asks for.</summary>
    /// <returns>The answer, or null if there is none at the moment.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Task<FoundDownloads?> FindAsync(DownloadQuery query, CancellationToken cancellationToken);

    /// <summary>Erases who a caller was from all lines, which stay.</summary>
    /// <param name="caller">
    /// A user, <c>NAMESPACE/NAME</c> of a ServiceAccount, the subject of an identity, or the id of a token that stands
    /// for itself.
    /// </param>
    /// <param name="cancellationToken">Stops the work, which may be done again.</param>
    /// <returns>How many lines were the caller's, or null if the log cannot be changed at the moment.</returns>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    Task<long?> ForgetAsync(string caller, CancellationToken cancellationToken);
}
