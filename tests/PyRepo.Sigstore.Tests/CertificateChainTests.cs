using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Sigstore.Certificates;

namespace PyRepo.Sigstore.Tests;

/// <summary>Certificates that an authority has signed, but must not have.</summary>
public sealed class CertificateChainTests : IDisposable
{
    const string NameConstraints = "2.5.29.30";

    /// <summary>What marks a precertificate (RFC 6962 §3.1).</summary>
    const string Poison = "1.3.6.1.4.1.11129.2.4.3";

    static readonly DateTimeOffset _time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void An_authority_s_certificate_is_valid() => Assert.True(IsValid());

    [Theory]
    [InlineData("acme.test", true)]
    [InlineData("other.test", false)]
    public void An_authority_that_may_name_some_hosts_names_no_others(string host, bool isValid) =>
        Assert.Equal(isValid, IsValid(authority => authority.Add(PermitHost("acme.test")), host: host));

    [Fact]
    public void What_is_no_authority_issues_nothing() => Assert.False(IsValid(authority =>
    {
        authority.Remove(authority.OfType<X509BasicConstraintsExtension>().Single());
        authority.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
    }));

    [Fact]
    public void An_authority_whose_key_is_not_for_certificates_issues_none() => Assert.False(IsValid(authority =>
    {
        authority.Remove(authority.OfType<X509KeyUsageExtension>().Single());
        authority.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
    }));

    [Fact]
    public void A_critical_extension_that_nobody_knows_is_not_passed_over() => Assert.False(
        IsValid(leaf: extensions => extensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true))));

    [Fact]
    public void A_certificate_log_s_precertificate_is_no_certificate() => Assert.False(
        IsValid(leaf: extensions => extensions.Add(new X509Extension(Poison, [5, 0], critical: true))));

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void A_certificate_of_another_time_than_its_authority_s_is_not_valid(int days) =>
        Assert.False(IsValid(days: days));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    bool IsValid(
        Action<ICollection<X509Extension>>? authority = null, Action<ICollection<X509Extension>>? leaf = null,
        string host = "acme.test", int days = 0)
    {
        var root = new CertificateRequest("CN=root", _key, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        authority?.Invoke(root.CertificateExtensions);
        using var issuer = root.CreateSelfSigned(_time.AddYears(-1), _time.AddYears(1));
        var request = new CertificateRequest(new X500DistinguishedName([0x30, 0]), _key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"https://{host}/lib"));
        request.CertificateExtensions.Add(names.Build(critical: true));
        leaf?.Invoke(request.CertificateExtensions);
        var at = _time.AddDays(days);
        using var certificate = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), at, at.AddMinutes(10), [1, 2, 3]);
        return CertificateChain.IsValid(certificate, [issuer], at);
    }

    /// <summary>RFC 5280 §4.2.1.10: URIs of one host.</summary>
    static X509Extension PermitHost(string host)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, host, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new X509Extension(NameConstraints, writer.Encode(), critical: true);
    }
}
