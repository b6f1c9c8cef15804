using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PyRepo.Sigstore.Certificates;

/// <summary>
/// The signer, as Fulcio has read it in the signer's token (
/// <see href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md">Fulcio's extensions</see>). What a token
/// did not say is null.
/// </summary>
public sealed record SigningIdentity
{
    const string Prefix = "1.3.6.1.4.1.57264.1.", SubjectAlternativeName = "2.5.29.17";

    static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The issuer of the token: a URL (1.8, or 1.1 in certificates that are older).</summary>
    public required string Issuer { get; init; }

    /// <summary>The subject alternative name: the URI of a workflow, or an email address.</summary>
    public required string Subject { get; init; }

    /// <summary>Whether the subject is an email address.</summary>
    public required bool IsEmail { get; init; }

    /// <summary>The repository's URL (1.12).</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The commit (1.13).</summary>
    public string? SourceDigest { get; init; }

    /// <summary>The branch or tag, such as <c>refs/tags/v1</c> (1.14).</summary>
    public string? SourceRef { get; init; }

    /// <summary>The number that the repository keeps when it is renamed (1.15).</summary>
    public string? SourceRepositoryId { get; init; }

    /// <summary>The workflow's URL, with the commit or ref (1.18).</summary>
    public string? BuildConfig { get; init; }

    /// <summary>The run's URL (1.21).</summary>
    public string? RunInvocation { get; init; }

    /// <summary>The deployment environment (1.23).</summary>
    public string? Environment { get; init; }

    /// <summary>Reads what a certificate says.</summary>
    /// <param name="certificate">A certificate that has no extension twice.</param>
    /// <exception cref="FormatException">It does not say who signed.</exception>
    public static SigningIdentity Read(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.ToDictionary(
            each => each.Oid?.Value ?? "", each => each.RawData, StringComparer.Ordinal);
        try
        {
            var (subject, isEmail) = ReadSubject(extensions);
            return new SigningIdentity
            {
                Issuer = Get(8) ?? (extensions.TryGetValue($"{Prefix}1", out var old) ? _strict.GetString(old) : null)
                    ?? throw new FormatException("the certificate does not say who issued the signer's token"),
                Subject = subject,
                IsEmail = isEmail,
                SourceRepository = Get(12),
                SourceDigest = Get(13),
                SourceRef = Get(14),
                SourceRepositoryId = Get(15),
                BuildConfig = Get(18),
                RunInvocation = Get(21),
                Environment = Get(23),
            };
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new FormatException("the certificate's extensions cannot be read", error);
        }

        string? Get(int number) => extensions.TryGetValue($"{Prefix}{number}", out var value)
            ? AsnDecoder.ReadCharacterString(value, AsnEncodingRules.DER, UniversalTagNumber.UTF8String, out var read)
                is var text && read == value.Length
                ? text
                : throw new FormatException("something follows an extension of the certificate")
            : null;
    }

    static (string Subject, bool IsEmail) ReadSubject(Dictionary<string, byte[]> extensions)
    {
        const int email = 1, uri = 6;
        if (!extensions.TryGetValue(SubjectAlternativeName, out var value))
            throw new FormatException("the certificate has no subject alternative name");
        var names = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        var tag = names.PeekTag();
        if (tag.TagClass is not TagClass.ContextSpecific || tag.TagValue is not (email or uri))
            throw new FormatException("the certificate's subject is neither a URI nor an email address");
        var subject = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
        names.ThrowIfNotEmpty();
        return (subject, tag.TagValue == email);
    }
}
