using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Sigstore;
using Verdict = PyRepo.Sigstore.Verdict;

namespace PyRepo.Server.Content.Attestations;

/// <summary>Verifies the attestations of files (PEP 740) with a trusted root.</summary>
sealed class AttestationVerifier(TrustedRootSource root)
{
    /// <summary>The approximate memory of a verification for each byte of the document.</summary>
    const int WeightOfByte = 16;

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

    /// <summary>Verifies a file's provenance, once for all who ask for the same at the same time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sha256">The digest of its bytes.</param>
    /// <param name="document">Its provenance.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The outcome; null if the document is no provenance.</returns>
    /// <exception cref="OverloadedException">There is no room for it.</exception>
    /// <exception cref="TooCostlyException">It takes too long.</exception>
    public Task<VerifiedProvenance?> VerifyAsync(
        DistributionFileName file, Sha256Digest sha256, byte[] document, CancellationToken cancellationToken) =>
        WorkGate.Shared.ComputeAsync(
            new VerificationWork(
                file.FileName, sha256, Sha256Digest.HashData(document), (root.Name, root.Fingerprint)),
            (long)WeightOfByte * document.Length, _ => Verify(file, sha256, document), cancellationToken);

    VerifiedProvenance? Verify(DistributionFileName file, Sha256Digest sha256, byte[] document) =>
        Provenance.TryReadAttestations(Encoding.UTF8.GetString(document), out var attestations, out _)
            ? ProvenAttestations.From(attestations.Count, Verify(file, sha256, attestations), root)
            : null;

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

/// <summary>Verifies the attestations of a file.</summary>
/// <param name="FileName">The file's name, with which it was attested.</param>
/// <param name="Sha256">The digest of its bytes.</param>
/// <param name="Provenance">The digest of its provenance.</param>
/// <param name="Root">The trusted root's name and fingerprint.</param>
sealed record VerificationWork(
    string FileName, Sha256Digest Sha256, Sha256Digest Provenance, (string Name, string Fingerprint) Root)
    : WorkKey<VerifiedProvenance?>;

/// <summary>An attestation, and what came out of its verification.</summary>
readonly record struct VerifiedAttestation(Attestation Attestation, Verdict Verdict)
{
    /// <summary>The signer, as the index names it; null if that is not proved.</summary>
    public Publisher? Publisher => Verdict is Verdict.Verified { Publisher: { } proven, Identity: { } identity }
        ? ProvenPublisher.From(proven, identity)
        : null;
}
