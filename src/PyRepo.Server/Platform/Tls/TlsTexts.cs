namespace PyRepo.Server.Platform.Tls;

/// <summary>What the files of a pair contain.</summary>
/// <param name="Certificate">The certificate and those of the authorities between it and a root, as PEM.</param>
/// <param name="Key">The certificate's private key, as PEM, not encrypted.</param>
sealed record TlsTexts(string Certificate, string Key)
{
    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => nameof(TlsTexts);
}
