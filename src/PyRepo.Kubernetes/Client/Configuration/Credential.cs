namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Who asks.</summary>
/// <param name="Token">A bearer token.</param>
/// <param name="Certificate">A client certificate (PEM), with those between it and its authority.</param>
/// <param name="Key">Its private key (PEM).</param>
sealed record Credential(string? Token, byte[]? Certificate = null, byte[]? Key = null)
{
    /// <summary>Shows no secret.</summary>
    public override string ToString() =>
        Token is not null ? "a token" : Certificate is not null ? "a certificate" : "nobody";
}
