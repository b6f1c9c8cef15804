using PyRepo.Sigstore.Publishers;

namespace PyRepo.Sigstore.Tests;

/// <summary>What may be demanded.</summary>
public sealed class PolicyTests(SigstoreFixture fixture) : IClassFixture<SigstoreFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(64)]
    public void A_digest_that_is_no_SHA_256_is_not_demanded(int length) =>
        Assert.Throws<ArgumentException>(() => SigstoreFixture.Policy with { Sha256 = new byte[length] });

    /// <summary>The same subject may be of any issuer.</summary>
    [Fact]
    public void A_publisher_of_another_issuer_is_demanded_in_vain()
    {
        var claims = new Dictionary<int, string>(SigstoreFixture.Request.Claims) { [8] = "https://token.acme.test" };
        var attestation = fixture.Instance.Attest(SigstoreFixture.Request with { Claims = claims });
        Assert.IsType<Verdict.Verified>(Verify(null));
        var refused = Assert.IsType<Verdict.Refused>(
            Verify([new RequiredPublisher(PublisherKind.Other, SigstoreFixture.Request.Subject)]));
        Assert.Equal(VerificationStep.Issuer, refused.Step);

        Verdict Verify(IReadOnlyList<RequiredPublisher>? publishers) => fixture.Verifier.VerifyAttestation(
            SigstoreFixture.ToBytes(attestation), SigstoreFixture.Policy with { Publishers = publishers });
    }

    /// <summary>The platform looks for the end of each of these labels as far as the text goes.</summary>
    [Fact]
    public void A_long_text_in_place_of_a_certificate_is_not_searched()
    {
        var labels = string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 20_000));
        var attestation = fixture.Instance.Attest(SigstoreFixture.Request with
        {
            Entry = body => body["spec"]!["signatures"]![0]!["verifier"] =
                Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(labels)),
        });
        var refused = Assert.IsType<Verdict.Refused>(
            fixture.Verifier.VerifyAttestation(SigstoreFixture.ToBytes(attestation), SigstoreFixture.Policy));
        Assert.Equal("the certificate or key of a log entry is too long", refused.Reason);
    }

    [Fact]
    public void Where_nobody_may_publish_nobody_is_accepted()
    {
        var refused = Assert.IsType<Verdict.Refused>(fixture.Verifier.VerifyAttestation(
            SigstoreFixture.ToBytes(fixture.Instance.Attest(SigstoreFixture.Request)),
            SigstoreFixture.Policy with { Publishers = [] }));
        Assert.Equal(VerificationStep.Issuer, refused.Step);
    }

    [Fact]
    public void Several_threads_verify_at_once()
    {
        var good = fixture.GetGood();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.IsType<Verdict.Verified>(
            good[i % good.Count].Verify(fixture.Verifier, SigstoreFixture.ToBytes(good[i % good.Count].Json))));
    }
}
