using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Sigstore;
using PyRepo.Sigstore.Publishers;

namespace PyRepo.Server.Access;

/// <summary>The publishers of which one must have attested the files of some projects.</summary>
sealed class RequiredAttestations(IEnumerable<AttestationRequirement> requirements)
{
    /// <summary>Publishers that a message names.</summary>
    const int MaxDescribed = 4;

    readonly ImmutableArray<Requirement> _requirements =
    [
        .. requirements.Select(each => new Requirement([.. each.Projects], [.. each.Publishers.Select(ToPublisher)])),
    ];

    /// <summary>Whether no project is named.</summary>
    public bool IsEmpty => _requirements.IsEmpty;

    /// <summary>Returns the publishers for a project, of which any will do; none if it is not named.</summary>
    public IReadOnlyList<RequiredPublisher> Find(ProjectName project) =>
        [.. _requirements.Where(each => each.Names(project)).SelectMany(each => each.Publishers)];

    /// <summary>
    /// Returns how a file falls short of the demanded publishers, as the rest of a sentence; null if it does not.
    /// </summary>
    /// <param name="demanded">The publishers of which one must have attested it; any will do if there are none.</param>
    /// <param name="outcome">The outcome for its attestations.</param>
    public static string? FindProblem(IReadOnlyList<RequiredPublisher> demanded, VerifiedProvenance outcome) =>
        outcome.Verdict switch
        {
            ProvenanceVerdict.Verified => demanded.Count == 0 ? null : FindMismatch(
                demanded, [.. outcome.Attestations.Select(ProvenAttestations.GetPublisher).Distinct()]),
            ProvenanceVerdict.Refused => outcome.Problem,
            ProvenanceVerdict.Absent => $"must have an attestation by {Describe(demanded)}, and has none",
            _ => $"must be attested by {Describe(demanded)}, which is not verified yet",
        };

    static string? FindMismatch(
        IReadOnlyList<RequiredPublisher> demanded, IReadOnlyCollection<AttestedPublisher> publishers)
    {
        List<VerificationStep?> mismatches =
            [.. demanded.SelectMany(_ => publishers, (each, seen) => each.FindMismatch(seen))];
        return mismatches.Contains(null)
            ? null
            : $"is attested by {string.Join(" and ", publishers)}, "
                + $"but must be by {Describe(demanded)} ({mismatches.Max()})";
    }

    /// <summary>Names publishers: <c>GitHub acme/lib release.yml or Google builder@acme.example</c>.</summary>
    static string Describe(IReadOnlyList<RequiredPublisher> publishers) => publishers.Count switch
    {
        0 => "its publisher",
        <= MaxDescribed => string.Join(" or ", publishers),
        _ => $"{string.Join(", ", publishers.Take(MaxDescribed))} or one of {publishers.Count - MaxDescribed} others",
    };

    static RequiredPublisher ToPublisher(RequiredPublisherSpec spec) => spec.Kind switch
    {
        AttestedPublisherKind.GitHub => FromRepository(PublisherKind.GitHub, spec),
        AttestedPublisherKind.GitLab => FromRepository(PublisherKind.GitLab, spec),
        _ => new RequiredPublisher(PublisherKind.Google, spec.Email!),
    };

    static RequiredPublisher FromRepository(PublisherKind kind, RequiredPublisherSpec spec) =>
        new(kind, spec.Repository!) { Workflow = spec.Workflow, Environment = spec.Environment };

    /// <summary>Any of some publishers must have attested the files of the projects that match a pattern.</summary>
    sealed record Requirement(ImmutableArray<string> Projects, ImmutableArray<RequiredPublisher> Publishers)
    {
        /// <summary>Whether a pattern matches the project.</summary>
        public bool Names(ProjectName project) => Projects.Any(each => ProjectPattern.Matches(each, project));
    }
}
