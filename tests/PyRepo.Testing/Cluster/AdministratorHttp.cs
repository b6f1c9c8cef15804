using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// Speaks to an API server of <c>tests/cluster/api-server.sh</c> with its administrator's certificate.
/// </summary>
static class AdministratorHttp
{
    /// <summary>A client for the server of a state folder.</summary>
    public static HttpClient Connect(string state)
    {
        var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(state, "pki", "ca.crt"));
        var certificate = X509Certificate2.CreateFromPemFile(
            Path.Combine(state, "pki", "admin.crt"), Path.Combine(state, "pki", "admin.key"));
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        })
        {
            BaseAddress = new Uri(Address(Path.Combine(state, "kubeconfig"))),
        };
    }

    static string Address(string kubeconfig)
    {
        const string Field = "server: ";
        return File.ReadLines(kubeconfig).Select(line => line.Trim())
            .First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..];
    }
}
