namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>A client certificate, looked at again each five minutes where it is in files.</summary>
sealed class CertificateCredentials(PemSource certificate, PemSource key) : Credentials
{
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        new(new Credential(null, certificate.Get(), key.Get()));
}
