namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>A token that does not change, or none.</summary>
sealed class FixedToken(string? token) : Credentials
{
    readonly Credential _credential = new(token);

    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(_credential);
}
