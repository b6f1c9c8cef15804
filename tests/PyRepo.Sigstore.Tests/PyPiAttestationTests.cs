using System.Security.Cryptography;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing;

namespace PyRepo.Sigstore.Tests;

/// <summary>Attestations that real workflows and people have made.</summary>
public sealed class PyPiAttestationTests
{
    const string Folder = "sigstore/pypi-attestations";

    /// <summary>The staging instance's, which some of them are from.</summary>
    const string Staging = "sigstore/conformance/bundle-verify/rekor2-happy-path/trusted_root.json";

    [Theory]
    [InlineData("gitlab_oidc_project-0.0.3.tar.gz", "publish.attestation", "https://gitlab.com/facutuesca/gitlab-oidc-project")]
    [InlineData("pypi_attestation_models-0.0.4a2.tar.gz", "attestation", "https://github.com/trailofbits/pypi-attestation-models")]
    [InlineData("pypi_attestations-0.0.19.tar.gz", "publish.attestation", "https://github.com/trailofbits/pypi-attestations")]
    [InlineData("pypi_attestations-0.0.19.tar.gz", "slsa.attestation", "https://github.com/trailofbits/pypi-attestations")]
    public void A_workflow_s_attestation_is_verified(string file, string kind, string repository)
    {
        var verified = Assert.IsType<Verdict.Verified>(Verify(TrustedRoot.Public, file, kind));
        Assert.Equal(repository, verified.Identity!.SourceRepository);
    }

    [Theory]
    [InlineData("attestation")]
    [InlineData("publish.attestation")]
    public void A_person_s_attestation_is_verified_by_the_root_of_its_instance_alone(string kind)
    {
        const string file = "rfc8785-0.1.2-py3-none-any.whl";
        var staging = TrustedRoot.Parse(Read(Assets.Find(Staging)));
        var verified = Assert.IsType<Verdict.Verified>(Verify(staging, file, kind));
        Assert.Equal(
            ("william@yossarian.net", true, "https://github.com/login/oauth"),
            (verified.Identity!.Subject, verified.Identity.IsEmail, verified.Identity.Issuer));
        Assert.IsType<Verdict.Refused>(Verify(TrustedRoot.Public, file, kind));
    }

    [Fact]
    public void An_attestation_is_about_its_own_file_alone()
    {
        var policy = GetPolicy("pypi_attestations-0.0.19.tar.gz") with { Sha256 = new byte[32] };
        var verdict = new SigstoreVerifier(TrustedRoot.Public).VerifyAttestation(
            Read(Assets.Find($"{Folder}/pypi_attestations-0.0.19.tar.gz.publish.attestation")), policy);
        Assert.Equal(VerificationStep.SubjectDigest, Assert.IsType<Verdict.Refused>(verdict).Step);
    }

    static Verdict Verify(TrustedRoot root, string file, string kind) =>
        new SigstoreVerifier(root).VerifyAttestation(Read(Assets.Find($"{Folder}/{file}.{kind}")), GetPolicy(file));

    static VerificationPolicy GetPolicy(string file) => new()
    {
        Sha256 = SHA256.HashData(Read(Assets.Find($"{Folder}/{file}"))),
        Statement = new StatementPolicy(name => name == file, StatementPolicy.PyPiPredicateTypes),
        Publishers = null,
    };

    static byte[] Read(string? path)
    {
        Assert.SkipWhen(path is null, Assets.Missing);
        return File.ReadAllBytes(path!);
    }
}
