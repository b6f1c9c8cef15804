using PyRepo.Server.Platform.Tls;

namespace PyRepo.Server.Tests.Platform.Tls;

public sealed class TlsPairTests : IDisposable
{
    readonly MadePair _rsa = MadePair.Rsa();
    readonly MadePair _curve = MadePair.Curve();

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
    }

    [Fact]
    public void Keys_are_read_in_every_format()
    {
        foreach (var made in (MadePair[])[_rsa, _curve])
        {
            foreach (var key in (string[])
                [made.Key, made.TraditionalKey, "Bag Attributes\n\n" + made.Key.ReplaceLineEndings("\r\n")])
            {
                Assert.Equal(made.Expires, new TlsPair(new TlsTexts(made.Certificate, key)).Expires);
            }
        }
    }

    [Fact]
    public void One_file_may_hold_both() =>
        Assert.Equal(
            _curve.Expires,
            new TlsPair(new TlsTexts(_curve.Key + _curve.Certificate, _curve.Key + _curve.Certificate)).Expires);

    [Fact]
    public void Clients_get_the_chain_between_the_certificate_and_the_root()
    {
        using var root = MadePair.Curve();
        using var leaf = MadePair.Curve(root);
        var pair = new TlsPair(new TlsTexts(leaf.Certificate + _rsa.Certificate + root.Certificate, leaf.Key));
        Assert.Equal(leaf.Expires, pair.Expires);
        var sent = pair.ForConnection().ServerCertificateContext!;
        Assert.Equal(leaf.Certificate.Trim(), sent.TargetCertificate.ExportCertificatePem());
        Assert.DoesNotContain(
            _rsa.Certificate.Trim(), sent.IntermediateCertificates.Select(c => c.ExportCertificatePem()));
    }

    [Fact]
    public void A_problem_of_a_certificate_is_reported() => AssertAll(
        TlsPart.Certificate,
        (new TlsTexts("", _rsa.Key), "no certificate"),
        (new TlsTexts("not a certificate", _rsa.Key), "no certificate"),
        (new TlsTexts(_rsa.Key, _rsa.Key), "no certificate"),
        (new TlsTexts(_rsa.Certificate[..^100], _rsa.Key), "no certificate"),
        (new TlsTexts("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _rsa.Key), "cannot be read"));

    [Fact]
    public void A_problem_of_a_key_is_reported() => AssertAll(
        TlsPart.Key,
        (new TlsTexts(_rsa.Certificate, ""), "no private key"),
        (new TlsTexts(_rsa.Certificate, _rsa.Certificate), "no private key"),
        (new TlsTexts(_rsa.Certificate, _rsa.Key[..^100]), "no private key"),
        (new TlsTexts(_rsa.Certificate, _rsa.EncryptedKey), "is encrypted"),
        (new TlsTexts(_rsa.Certificate, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"), "is encrypted"),
        (new TlsTexts(_rsa.Certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "cannot be read"),
        (new TlsTexts(_rsa.Certificate, _curve.Key), "does not belong"),
        (new TlsTexts(_curve.Certificate, _rsa.Key), "does not belong"),
        (new TlsTexts(_curve.Certificate, _rsa.TraditionalKey), "does not belong"),
        (new TlsTexts(_curve.Certificate + _rsa.Certificate, _rsa.Key), "does not belong"));

    [Fact]
    public void Nothing_shows_the_key() => Assert.DoesNotContain("PRIVATE", $"{_rsa.Texts}", StringComparison.Ordinal);

    static void AssertAll(TlsPart part, params (TlsTexts Texts, string Problem)[] wrong) => Assert.All(wrong, row =>
    {
        var error = Assert.Throws<TlsException>(() => new TlsPair(row.Texts));
        Assert.Equal(part, error.Part);
        Assert.Contains(row.Problem, error.Message, StringComparison.Ordinal);
    });
}
