using PyRepo.Packaging.Attestations;
using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Publishers;

namespace PyRepo.Server.Content.Attestations;

/// <summary>Says who signed an attestation, in the words of PyPI's publishers where it is one.</summary>
static class ProvenPublisher
{
    /// <summary>Returns the publisher of provenance objects that a certificate proves.</summary>
    public static Publisher From(AttestedPublisher publisher, SigningIdentity identity) => publisher.Kind switch
    {
        PublisherKind.GitHub => Publisher.GitHub(publisher.Name, publisher.Workflow, publisher.Environment),
        PublisherKind.GitLab => Publisher.GitLab(publisher.Name, publisher.Workflow, publisher.Environment),
        PublisherKind.Google => new("Google", [new("email", publisher.Name)]),
        // No tool knows this kind: PyPI takes attestations from trusted publishers only.
        _ => new("Sigstore", [new("subject", identity.Subject), new("issuer", identity.Issuer)]),
    };
}
