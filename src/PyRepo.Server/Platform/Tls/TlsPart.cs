namespace PyRepo.Server.Platform.Tls;

/// <summary>A file of a pair.</summary>
enum TlsPart
{
    /// <summary>The certificate and those of the authorities between it and a root, as PEM.</summary>
    Certificate,

    /// <summary>The certificate's private key, as PEM, not encrypted.</summary>
    Key,
}
