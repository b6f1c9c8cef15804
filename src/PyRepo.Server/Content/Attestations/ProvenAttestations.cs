using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Server.Content.Repositories;
using PyRepo.Sigstore.Publishers;
using Refused = PyRepo.Sigstore.Verdict.Refused;
using Verified = PyRepo.Sigstore.Verdict.Verified;

namespace PyRepo.Server.Content.Attestations;

/// <summary>Says what a verification has proved.</summary>
static class ProvenAttestations
{
    /// <summary>The length of an explanation.</summary>
    const int MaxProblemLength = 500;

    /// <summary>Returns the outcome for a file.</summary>
    /// <param name="count">How many attestations it has.</param>
    /// <param name="verified">The outcome for each; nothing without a trusted root.</param>
    /// <param name="root">The trusted root.</param>
    public static VerifiedProvenance From(
        int count, ImmutableArray<VerifiedAttestation> verified, TrustedRootSource root)
    {
        if (count == 0)
            return VerifiedProvenance.Absent;
        var problem = FindProblem(verified, root);
        return new VerifiedProvenance
        {
            Verdict = problem is null ? ProvenanceVerdict.Verified : ProvenanceVerdict.Refused,
            Attestations = [.. verified.Select(each => each.Verdict).OfType<Verified>().Select(From)],
            Problem = problem is null ? null : Shorten(problem),
        };
    }

    /// <summary>Returns why not each attestation is proved, as the rest of a sentence; null if each is.</summary>
    static string? FindProblem(ImmutableArray<VerifiedAttestation> verified, TrustedRootSource root) =>
        root.Failure is { } failure ? $"has attestations that cannot be verified: {failure.TrimEnd('.')}"
        : verified.Select(each => each.Verdict).OfType<Refused>().FirstOrDefault() is { } refused
            ? $"has an attestation that is not proved ({refused.Step}): {refused.Reason}"
            : null;

    /// <summary>Returns the publisher of an attestation.</summary>
    public static AttestedPublisher GetPublisher(ProvenAttestation attestation) =>
        new(ParseKind(attestation.Kind), attestation.Name)
        {
            Workflow = attestation.Workflow,
            Environment = attestation.Environment,
            Issuer = attestation.Issuer,
        };

    /// <summary>Returns the kind of a publisher. One that is not known is another one.</summary>
    public static PublisherKind ParseKind(string kind) =>
        Enum.TryParse<PublisherKind>(kind, out var parsed) ? parsed : PublisherKind.Other;

    /// <summary>It may quote a stranger: no letter of it may look like another, or change the line.</summary>
    static string Shorten(string problem)
    {
        var shown = problem.AsSpan(0, Math.Min(problem.Length, MaxProblemLength)).ToArray();
        for (var i = 0; i < shown.Length; i++)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(shown[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            {
                shown[i] = '?';
            }
        }
        return new string(shown);
    }

    static ProvenAttestation From(Verified verified)
    {
        var (publisher, identity) = (verified.Publisher!, verified.Identity!);
        return new ProvenAttestation
        {
            Publisher = publisher.ToString(),
            Kind = publisher.Kind.ToString(),
            Name = publisher.Name,
            Issuer = publisher.Issuer,
            Workflow = publisher.Workflow,
            Environment = publisher.Environment,
            Repository = identity.SourceRepository,
            RepositoryId = identity.SourceRepositoryId,
            Commit = identity.SourceDigest,
            Ref = identity.SourceRef,
            SignedAt = verified.SignedAt,
            Log = verified.Log,
            LogIndex = verified.LogIndex,
        };
    }
}
