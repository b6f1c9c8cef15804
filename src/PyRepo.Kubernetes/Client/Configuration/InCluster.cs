namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>The settings that Kubernetes gives a pod.</summary>
static class InCluster
{
    const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The settings of this pod; null: this is no pod.</summary>
    public static ClusterSettings? Read(TimeProvider clock)
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        return string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port)
            ? null
            : Create(host, port, ServiceAccountFolder, clock);
    }

    /// <summary>Reads the settings from a pod's environment variables and ServiceAccount folder.</summary>
    /// <param name="host">A name, an IPv4 or an IPv6 address.</param>
    /// <param name="port">A port.</param>
    /// <param name="folder">Where token, ca.crt and namespace are.</param>
    /// <param name="clock">The clock.</param>
    public static ClusterSettings Create(string host, string port, string folder, TimeProvider clock)
    {
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
        var namespaceFile = Path.Combine(folder, "namespace");
        return new(new Uri($"https://{bracketed}:{port}"), new TokenFile(Path.Combine(folder, "token"), clock))
        {
            Authority = new(null, Path.Combine(folder, "ca.crt"), clock),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
        };
    }
}

/// <summary>How to reach a cluster, and as whom.</summary>
/// <param name="Server">The API server's address; it may have a path.</param>
/// <param name="Credentials">The credentials.</param>
sealed record ClusterSettings(Uri Server, Credentials Credentials)
{
    /// <summary>The namespace that is meant where none is named.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The authorities that the server's certificate must come from; null: the system's.</summary>
    public PemSource? Authority { get; init; }

    /// <summary>The name in the server's certificate, where that is not the address's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do.</summary>
    public bool Insecure { get; init; }

    /// <summary>The proxy; null: as HTTPS_PROXY and NO_PROXY ask for.</summary>
    public Uri? Proxy { get; init; }
}

/// <summary>Where credentials come from, which may change.</summary>
abstract class Credentials
{
    /// <summary>Returns the credential to send now.</summary>
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

/// <summary>The credential of a request.</summary>
/// <param name="Token">A bearer token.</param>
/// <param name="Certificate">A client certificate (PEM), with those between it and its authority.</param>
/// <param name="Key">Its private key (PEM).</param>
sealed record Credential(string? Token, byte[]? Certificate = null, byte[]? Key = null)
{
    /// <summary>Shows no secret.</summary>
    public override string ToString() =>
        Token is not null ? "a token" : Certificate is not null ? "a certificate" : "nobody";
}
