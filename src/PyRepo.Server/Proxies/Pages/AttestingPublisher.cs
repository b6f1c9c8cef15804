using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Sigstore.Publishers;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// A publisher that has attested a file of a project: a repository, whatever its workflow, or an account. Who may push
/// to a repository can change its workflows, and so can rename one.
/// </summary>
/// <param name="Kind">Its kind, as <see cref="ProvenAttestation.Kind"/>.</param>
/// <param name="Name">The repository or the account.</param>
/// <param name="Issuer">The issuer of its tokens.</param>
/// <param name="Id">The number that a repository keeps when it is renamed; null if that is not known.</param>
/// <param name="Since">When the first file that it has attested became available.</param>
sealed record AttestingPublisher(string Kind, string Name, string Issuer, string? Id, DateTimeOffset Since)
{
    /// <summary>Returns the publisher of an attestation.</summary>
    public static AttestingPublisher From(ProvenAttestation attestation, DateTimeOffset since) => new(
        attestation.Kind,
        // The subject of others changes with each tag.
        attestation.Kind == nameof(PublisherKind.Other) ? attestation.Repository ?? attestation.Name : attestation.Name,
        attestation.Issuer, attestation.RepositoryId, since);

    /// <summary>
    /// Whether it is the same publisher. A repository that was renamed is; one that was made anew under the same name is
    /// not. Hosts and mail servers ignore the case of names.
    /// </summary>
    public bool Is(AttestingPublisher other) => Kind == other.Kind && Issuer == other.Issuer
        && (Id is not null && other.Id is not null
            ? Id == other.Id
            : string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>As people read it.</summary>
    public override string ToString() =>
        new AttestedPublisher(ProvenAttestations.ParseKind(Kind), Name) { Issuer = Issuer }.ToString();
}
