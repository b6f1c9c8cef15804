namespace PyRepo.Server.Platform.Tls;

/// <summary>A certificate or its key cannot be used.</summary>
/// <param name="part">Which file is the wrong one.</param>
/// <param name="problem">The problem with it, as a sentence.</param>
sealed class TlsException(TlsPart part, string problem) : Exception(problem)
{
    /// <summary>Which file is the wrong one.</summary>
    public TlsPart Part => part;
}

/// <summary>A file of a pair.</summary>
enum TlsPart
{
    /// <summary>The certificate and those of the authorities between it and a root, as PEM.</summary>
    Certificate,

    /// <summary>The certificate's private key, as PEM, not encrypted.</summary>
    Key,
}
