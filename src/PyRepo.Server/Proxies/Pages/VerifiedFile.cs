using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>A file whose attestations have been verified.</summary>
/// <param name="Sha256">The digest of its bytes in hexadecimal, or empty if upstream does not say it.</param>
/// <param name="Root">The fingerprint of the trusted root.</param>
/// <param name="Outcome">The outcome.</param>
sealed record VerifiedFile(string Sha256, string Root, VerifiedProvenance Outcome)
{
    /// <summary>Returns a file with its outcome.</summary>
    public static VerifiedFile From(Distribution file, VerifiedProvenance outcome, ProvenanceSettings settings) =>
        new($"{file.Sha256}", settings.Verifier.Root.Fingerprint, outcome);

    /// <summary>
    /// Whether this is the outcome for a file of the same name. That of one that upstream removed stays: its document is
    /// gone.
    /// </summary>
    public bool IsOf(Distribution file, ProvenanceSettings settings) => Sha256 == $"{file.Sha256}"
        && (Root == settings.Verifier.Root.Fingerprint || file.RemovedAt is not null);
}
