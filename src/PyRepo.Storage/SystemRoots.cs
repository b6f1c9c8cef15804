using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Storage;

/// <summary>The root certificates that the system trusts.</summary>
public static class SystemRoots
{
    /// <summary>Reads certificates in PEM format, of which there must be one.</summary>
    /// <exception cref="CryptographicException">There is none, or it cannot be read.</exception>
    public static X509Certificate2Collection Read(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return roots.Count > 0 ? roots : throw new CryptographicException("There is none.");
    }

    /// <summary>
    /// Returns a policy that trusts other roots, too. It does not replace the system's: a private service may redirect
    /// to a public host, or keep its files there.
    /// </summary>
    public static X509ChainPolicy With(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return policy;
    }
}
