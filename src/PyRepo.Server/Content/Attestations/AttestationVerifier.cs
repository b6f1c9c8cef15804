using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Sigstore;

namespace PyRepo.Server.Content.Attestations;

/// <summary>Verifies the attestations of files (PEP 740) with a trusted root.</summary>
sealed class AttestationVerifier(TrustedRootSource root)
{
    readonly SigstoreVerifier? _verifier = root.Root is { } trusted ? new SigstoreVerifier(trusted) : null;

    /// <summary>The root.</summary>
    public TrustedRootSource Root => root;

    /// <summary>Verifies each attestation of a file: that somebody whom the root knows has signed it.</summary>
    /// <returns>Nothing if the root cannot be read.</returns>
    public ImmutableArray<VerifiedAttestation> Verify(
        DistributionFileName file, Sha256Digest sha256, IReadOnlyList<Attestation> attestations)
    {
        if (_verifier is null)
            return [];
        var policy = new VerificationPolicy
        {
            Sha256 = GetBytes(sha256),
            Statement = new StatementPolicy(name => IsNameOf(name, file), StatementPolicy.PyPiPredicateTypes),
            Publishers = null,
        };
        return
        [
            .. attestations.Select(each => new VerifiedAttestation(
                each, _verifier.VerifyAttestation(Encoding.UTF8.GetBytes(each.Json.GetRawText()), policy))),
        ];
    }

    static byte[] GetBytes(Sha256Digest sha256)
    {
        var bytes = new byte[Sha256Digest.ByteLength];
        sha256.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Whether a name is one of the file: PEP 440 and PEP 503 let names differ that mean the same.</summary>
    public static bool IsNameOf(string name, DistributionFileName file) =>
        DistributionFileName.TryParse(name, file.Project, out var named) && named.Identity == file.Identity;
}

/// <summary>An attestation, and what came out of its verification.</summary>
readonly record struct VerifiedAttestation(Attestation Attestation, Verdict Verdict)
{
    /// <summary>The signer, as the index names it; null if that is not proved.</summary>
    public Publisher? Publisher => Verdict is Verdict.Verified { Publisher: { } proven, Identity: { } identity }
        ? ProvenPublisher.From(proven, identity)
        : null;
}
