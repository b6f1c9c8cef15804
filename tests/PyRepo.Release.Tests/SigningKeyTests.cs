using System.Security.Cryptography;
using System.Text;
using PyRepo.Release.Signing;

namespace PyRepo.Release.Tests;

public sealed class SigningKeyTests
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc6979#appendix-A.2.5</summary>
    [Fact]
    public void A_signature_is_that_of_RFC_6979()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
        });
        var signature = SigningKey.Read(key.ExportPkcs8PrivateKeyPem(), null).Sign("sample"u8);
        Assert.Equal(
            "3046022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                + "022100F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            Convert.ToHexString(signature));
    }

    [Fact]
    public void A_key_may_have_a_password()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportEncryptedPkcs8PrivateKeyPem(
            "correct", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Assert.True(key.VerifyData(
            "data"u8, SigningKey.Read(pem, "correct").Sign("data"u8), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains(
            "password", Assert.Throws<FormatException>(() => SigningKey.Read(pem, "wrong")).Message,
            StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => SigningKey.Read(pem, null));
    }

    [Fact]
    public void A_key_as_OpenSSL_wrote_it_before_is_read_too()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(
            key.ExportSubjectPublicKeyInfoPem() + "\n", SigningKey.Read(key.ExportECPrivateKeyPem(), null).PublicPem);
    }

    [Fact]
    public void Another_curve_cosigns_own_format_and_anything_else_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => SigningKey.Read(other.ExportPkcs8PrivateKeyPem(), null));
        Assert.Throws<FormatException>(() => SigningKey.Read(other.ExportSubjectPublicKeyInfoPem(), null));
        Assert.Throws<FormatException>(() => SigningKey.Read("no key", null));
        var cosigns = PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", Encoding.UTF8.GetBytes("{}"));
        Assert.Contains(
            "cosign's own format", Assert.Throws<FormatException>(() => SigningKey.Read(cosigns, null)).Message,
            StringComparison.Ordinal);
    }
}
