using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Publishers;
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
    [InlineData(
        "gitlab_oidc_project-0.0.3.tar.gz", "publish.attestation",
        "https://gitlab.com/facutuesca/gitlab-oidc-project")]
    [InlineData(
        "pypi_attestation_models-0.0.4a2.tar.gz", "attestation",
        "https://github.com/trailofbits/pypi-attestation-models")]
    [InlineData(
        "pypi_attestations-0.0.19.tar.gz", "publish.attestation",
        "https://github.com/trailofbits/pypi-attestations")]
    [InlineData(
        "pypi_attestations-0.0.19.tar.gz", "slsa.attestation",
        "https://github.com/trailofbits/pypi-attestations")]
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

    /// <summary>Its distribution is not among the assets, so that the statement must tell its digest.</summary>
    [Fact]
    public void An_attestation_is_verified_without_its_file()
    {
        const string file = "spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
        var bytes = Read(Assets.Find($"{Folder}/{file}.publish.attestation"));
        var envelope = JsonNode.Parse(bytes)!["envelope"]!;
        var subject = JsonNode.Parse(Convert.FromBase64String((string)envelope["statement"]!))!["subject"]![0]!;
        var verdict = new SigstoreVerifier(TrustedRoot.Parse(Read(Assets.Find(Staging)))).VerifyAttestation(
            bytes, GetPolicy(file, Convert.FromHexString((string)subject["digest"]!["sha256"]!)));
        var publisher = Assert.IsType<Verdict.Verified>(verdict).Publisher!;
        Assert.Equal((PublisherKind.Other, "william@yossarian.net"), (publisher.Kind, publisher.Name));
    }

    [Theory]
    [InlineData(
        "pypi_attestation_models-0.0.4a2.tar.gz", false, "https://github.com/trailofbits/pypi-attestation-models")]
    [InlineData("rfc8785-0.1.2-py3-none-any.whl", true, null)]
    public void A_bundle_of_a_distribution_is_verified(string file, bool isStaging, string? repository)
    {
        var root = isStaging ? TrustedRoot.Parse(Read(Assets.Find(Staging))) : TrustedRoot.Public;
        var verdict = new SigstoreVerifier(root).VerifyBundle(
            Read(Assets.Find($"{Folder}/{file}.sigstore")), GetPolicy(file));
        Assert.Equal(repository, Assert.IsType<Verdict.Verified>(verdict).Identity!.SourceRepository);
    }

    [Fact]
    public void Each_attestation_of_a_provenance_is_its_publisher_s()
    {
        const string file = "pypi_attestations-0.0.19.tar.gz";
        var provenance = JsonNode.Parse(Read(Assets.Find($"{Folder}/{file}.provenance")))!;
        var policy = GetPolicy(file);
        foreach (var bundle in provenance["attestation_bundles"]!.AsArray())
        {
            var publisher = bundle!["publisher"]!;
            var demanded = new RequiredPublisher(
                Enum.Parse<PublisherKind>((string)publisher["kind"]!), (string)publisher["repository"]!)
            {
                Workflow = (string)publisher["workflow"]!,
            };
            Assert.NotEmpty(bundle["attestations"]!.AsArray());
            foreach (var attestation in bundle["attestations"]!.AsArray())
            {
                var verdict = new SigstoreVerifier(TrustedRoot.Public).VerifyAttestation(
                    Encoding.UTF8.GetBytes(attestation!.ToJsonString()), policy with { Publishers = [demanded] });
                Assert.Equal(demanded.Workflow, Assert.IsType<Verdict.Verified>(verdict).Publisher!.Workflow);
            }
        }
    }

    [Fact]
    public void A_service_account_s_certificate_names_its_address()
    {
        const string account = "919436158236-compute@developer.gserviceaccount.com";
        var identity = ReadCertificate("200170367.pem");
        Assert.Equal(
            new SigningIdentity { Issuer = "https://accounts.google.com", Subject = account, IsEmail = true },
            identity);
        Assert.Equal(
            new AttestedPublisher(PublisherKind.Google, account) { Issuer = identity.Issuer },
            AttestedPublisher.From(identity));
    }

    [Fact]
    public void A_certificate_without_a_ref_names_its_workflow_by_the_commit()
    {
        const string commit = "a26eb006d04dd0c41a6e38dc15ddaf7b46143505";
        const string repository = "https://github.com/SWIFTSIM/swiftgalaxy";
        const string workflow = $"{repository}/.github/workflows/python-publish.yml@{commit}";
        var identity = ReadCertificate("no-source-repository-ref-extension.pem");
        Assert.Equal(
            new SigningIdentity
            {
                Issuer = "https://token.actions.githubusercontent.com",
                Subject = workflow,
                IsEmail = false,
                SourceRepository = repository,
                SourceDigest = commit,
                SourceRef = null,
                SourceRepositoryId = "488271795",
                BuildConfig = workflow,
                RunInvocation = $"{repository}/actions/runs/14245743812/attempts/2",
            },
            identity);
        Assert.Equal(
            new AttestedPublisher(PublisherKind.GitHub, "SWIFTSIM/swiftgalaxy")
            {
                Workflow = "python-publish.yml",
                Issuer = identity.Issuer,
            },
            AttestedPublisher.From(identity));
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

    static SigningIdentity ReadCertificate(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Read(Assets.Find($"{Folder}/{file}")));
        return SigningIdentity.Read(certificate);
    }

    static VerificationPolicy GetPolicy(string file) =>
        GetPolicy(file, SHA256.HashData(Read(Assets.Find($"{Folder}/{file}"))));

    static VerificationPolicy GetPolicy(string file, byte[] sha256) => new()
    {
        Sha256 = sha256,
        Statement = new StatementPolicy(name => name == file, StatementPolicy.PyPiPredicateTypes),
        Publishers = null,
    };

    static byte[] Read(string? path)
    {
        Assert.SkipWhen(path is null, Assets.Missing);
        return File.ReadAllBytes(path!);
    }
}
