namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Who asks.</summary>
/// <param name="Token">A bearer token.</param>
/// <param name="Certificate">A client certificate (PEM), with those between it and its authority.</param>
/// <param name="Key">Its private key (PEM).</param>
sealed record Credential(string? Token, byte[]? Certificate = null, byte[]? Key = null)
{
    /// <summary>Tells no secret.</summary>
    public override string ToString() =>
        Token is not null ? "a token" : Certificate is not null ? "a certificate" : "nobody";
}

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

/// <summary>A token that does not change, or none.</summary>
sealed class FixedToken(string? token) : Credentials
{
    readonly Credential _credential = new(token);

    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(_credential);
}

/// <summary>A client certificate, looked at again each five minutes where it is in files.</summary>
sealed class CertificateCredentials(PemSource certificate, PemSource key) : Credentials
{
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        new(new Credential(null, certificate.Get(), key.Get()));
}

/// <summary>
/// A token in a file that somebody writes anew (the kubelet does so for a pod's). While the file can't be read, what
/// was read last holds.
/// </summary>
sealed class TokenFile(string path, TimeProvider clock) : Credentials
{
    readonly Lock _lock = new();
    Credential? _read;
    DateTimeOffset _again;

    /// <summary>How often the file is read.</summary>
    public static TimeSpan ReadEvery { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_read is not null && clock.GetUtcNow() < _again)
                return new(_read);
            if (TryRead() is { } token)
                _read = new(token);
            _again = clock.GetUtcNow() + ReadEvery;
            return new(_read!);
        }
    }

    /// <inheritdoc/>
    public override bool Reject(Credential rejected)
    {
        lock (_lock)
        {
            _again = default;
            // Read too early, at the moment of a change, it is read once more; the same token is not sent twice.
            return TryRead() is { } token && token != rejected.Token;
        }
    }

    string? TryRead()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length > 0 ? token : throw new IOException("it is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return _read is not null ? null : throw new IOException($"{path} can't be read: {error.Message}", error);
        }
    }
}
