using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Sigstore.Publishers;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Sigstore.Tests;

/// <summary>The toy instance, made once, and what is attested with it.</summary>
public sealed class SigstoreFixture : IDisposable
{
    const string File = "lib-1.0.tar.gz";

    static readonly byte[] _sha256 = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>What a good attestation attests.</summary>
    public static AttestationRequest Request { get; } = new()
    {
        FileName = File,
        Sha256 = Convert.ToHexStringLower(_sha256),
        Claims = AttestationRequest.GitHub("acme/lib", "release.yml", "pypi"),
    };

    /// <summary>What it must be.</summary>
    public static VerificationPolicy Policy { get; } = new()
    {
        Sha256 = _sha256,
        Statement = new StatementPolicy(name => name == File, StatementPolicy.PyPiPredicateTypes),
        Publishers =
        [
            new RequiredPublisher(PublisherKind.GitHub, "acme/lib") { Workflow = "release.yml", Environment = "pypi" },
        ],
    };

    /// <summary>Makes the verifier of the instance.</summary>
    public SigstoreFixture() => Verifier = new SigstoreVerifier(TrustedRoot.Parse(ToBytes(Instance.GetTrustedRoot())));

    /// <summary>The instance.</summary>
    public SigstoreInstance Instance { get; } = new();

    /// <summary>Verifies what the instance has made.</summary>
    public SigstoreVerifier Verifier { get; }

    /// <summary>Makes the verifier that leaves out all that can be left out, so that it looks at everything.</summary>
    public SigstoreVerifier CreateLenient() => new(TrustedRoot.Parse(ToBytes(Instance.GetTrustedRoot())))
    {
        Skipped = [.. Enum.GetValues<VerificationStep>()],
    };

    /// <summary>Returns good documents: attestations by Rekor v1 and v2, and the bundles that say the same.</summary>
    public IReadOnlyList<GoodDocument> GetGood() =>
    [
        .. from isSecond in (bool[])[false, true]
           let attestation = Instance.Attest(Request with { IsSecondRekor = isSecond })
           from document in (GoodDocument[])
           [
               new(attestation, IsBundle: false), new(SigstoreInstance.ToBundle(attestation), IsBundle: true),
           ]
           select document,
    ];

    /// <summary>Makes bytes of a document.</summary>
    public static byte[] ToBytes(JsonNode? document) => Encoding.UTF8.GetBytes(document?.ToJsonString() ?? "null");

    /// <inheritdoc/>
    public void Dispose() => Instance.Dispose();
}

/// <summary>An attestation or a bundle that is verified.</summary>
public sealed record GoodDocument(JsonObject Json, bool IsBundle)
{
    /// <summary>Verifies bytes as one of its kind.</summary>
    public Verdict Verify(SigstoreVerifier verifier, ReadOnlySpan<byte> bytes) => IsBundle
        ? verifier.VerifyBundle(bytes, SigstoreFixture.Policy)
        : verifier.VerifyAttestation(bytes, SigstoreFixture.Policy);
}
