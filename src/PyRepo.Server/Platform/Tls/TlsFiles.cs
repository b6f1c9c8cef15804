using System.Text;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Platform.Tls;

/// <summary>The files that the port for packages has its certificate from.</summary>
/// <param name="Certificate">The path of <see cref="TlsTexts.Certificate"/>.</param>
/// <param name="Key">The path of <see cref="TlsTexts.Key"/>.</param>
sealed record TlsFiles(string Certificate, string Key)
{
    /// <summary>The option that names <see cref="Certificate"/>.</summary>
    public const string CertificateOption = "--tls-cert";

    /// <summary>The option that names <see cref="Key"/>.</summary>
    public const string KeyOption = "--tls-key";

    /// <summary>How often the files are read if one is replaced meanwhile.</summary>
    const int MaxReads = 3;

    /// <summary>Reads both files.</summary>
    /// <exception cref="TlsException">A file is missing or cannot be read.</exception>
    public TlsTexts Read()
    {
        var certificate = Read(TlsPart.Certificate, Certificate);
        for (var reads = 1; ; reads++)
        {
            var key = Read(TlsPart.Key, Key);
            // A kubelet replaces all files of a Secret at once, perhaps between the two that were just read.
            var after = Read(TlsPart.Certificate, Certificate);
            if (after == certificate || reads == MaxReads)
                return new TlsTexts(after, key);
            certificate = after;
        }
    }

    /// <summary>Says what is wrong, with the option and the file.</summary>
    public string Describe(TlsException error) => error.Part is TlsPart.Key
        ? $"{KeyOption} {Key}: {error.Message}" : $"{CertificateOption} {Certificate}: {error.Message}";

    static string Read(TlsPart part, string path)
    {
        try
        {
            return RegularFile.ReadAll(path, ServerLimits.MaxMountedFileLength) is { } bytes
                ? Encoding.Latin1.GetString(bytes) : throw new TlsException(part, "there is no such file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TlsException(part, error.Message);
        }
    }
}

/// <summary>The content of the files of a pair.</summary>
/// <param name="Certificate">The certificate and those of the authorities between it and a root, as PEM.</param>
/// <param name="Key">The certificate's private key, as PEM, not encrypted.</param>
sealed record TlsTexts(string Certificate, string Key)
{
    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => nameof(TlsTexts);
}
