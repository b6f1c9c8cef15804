namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Where credentials come from, which may change.</summary>
abstract class Credentials
{
    /// <summary>What to send now.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>Takes note that the server answered 401.</summary>
    /// <returns>Whether asking for credentials again may bring others.</returns>
    public virtual bool Reject(Credential rejected) => false;
}
