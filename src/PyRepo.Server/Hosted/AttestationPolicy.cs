using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>The demands of a repository on the attestations of files that are added to it.</summary>
sealed class AttestationPolicy(AttestationsSpec spec, TrustedRootSource root)
{
    /// <summary>A root that is corrected is read at once.</summary>
    static readonly TimeSpan _retryAfter = TimeSpan.FromMinutes(1);

    readonly RequiredAttestations _required = new(spec.Require);

    /// <summary>Verifies with the trusted root.</summary>
    public AttestationVerifier Verifier { get; } = new(root);

    /// <summary>The trusted root, or null if nothing is verified.</summary>
    public TrustedRootSource? Root => spec.Verify is AttestationVerification.Off ? null : root;

    /// <summary>Nothing is verified.</summary>
    public static AttestationPolicy Off { get; } =
        new(new AttestationsSpec { Verify = AttestationVerification.Off }, TrustedRootSource.Public);

    /// <summary>Verifies a file's attestations, and names in its provenance who is proved to have signed them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isDemanded">Whether it is refused if its attestations are not what is demanded.</param>
    public VerifiedDistribution Verify(NewDistribution file, bool isDemanded = true)
    {
        var bundles = ReadBundles(file);
        if (spec.Verify is AttestationVerification.Off)
            return new(Write(file, bundles ?? [], []), null);
        isDemanded &= spec.Verify is AttestationVerification.Require;
        var count = bundles?.Sum(bundle => bundle.Attestations.Count) ?? 0;
        var verified = Verifier.Verify(
            file.Name, file.Sha256, [.. bundles?.SelectMany(each => each.Attestations) ?? []]);
        var problem = bundles is null
            ? "has a provenance that cannot be read"
            : FindProblem(file.Name.Project, ProvenAttestations.From(count, verified, root));
        if (problem is not null)
        {
            return new(Write(file, bundles ?? [], verified), ProvenanceVerdict.Refused)
            {
                Problem = problem,
                Rejection = isDemanded ? GetRejection(file, problem, count) : null,
            };
        }
        var verdict = count > 0 ? ProvenanceVerdict.Verified : ProvenanceVerdict.Absent;
        return new(Write(file, bundles ?? [], verified), verdict);
    }

    /// <summary>A root that cannot be read is not the uploader's fault.</summary>
    RejectedException GetRejection(NewDistribution file, string problem, int count) =>
        count > 0 && root.Failure is { } failure
            ? RejectedException.Unavailable(file.Name.FileName, failure, _retryAfter)
            : new RejectedException(RejectionReason.Invalid, $"'{file.Name.FileName}' {problem}.");

    /// <summary>Returns what is wrong with a file of a project, as the rest of a sentence; null if nothing.</summary>
    string? FindProblem(ProjectName project, VerifiedProvenance outcome)
    {
        var demanded = _required.Find(project);
        var mayLack = demanded.Count == 0
            && !(spec.Verify is AttestationVerification.Require && _required.IsEmpty);
        return mayLack && outcome.Verdict is ProvenanceVerdict.Absent
            ? null
            : RequiredAttestations.FindProblem(demanded, outcome);
    }

    /// <summary>
    /// Writes a file's provenance, if it has attestations. What comes from elsewhere stays as it is, unless it names
    /// another publisher than is proved.
    /// </summary>
    static NewDistribution Write(
        NewDistribution file, IReadOnlyList<ProvenanceBundle> bundles, ImmutableArray<VerifiedAttestation> verified)
    {
        if (bundles.Count == 0)
            return file;
        var named = bundles
            .SelectMany(bundle => bundle.Attestations, (bundle, each) => (Attestation: each, Said: bundle.Publisher))
            .Select((each, i) => (each.Attestation, each.Said, Proven: verified.ElementAtOrDefault(i).Publisher))
            .ToList();
        return file.Provenance is not null && named.All(each => each.Proven is null || each.Said.Includes(each.Proven))
            ? file
            : file with
            {
                Provenance = Provenance.Write([
                    .. named.GroupBy(each => each.Proven ?? each.Said, each => each.Attestation)
                        .Select(same => new ProvenanceBundle(same.Key, [.. same])),
                ]),
            };
    }

    /// <returns>The attestations of a file; null if they cannot be read.</returns>
    static IReadOnlyList<ProvenanceBundle>? ReadBundles(NewDistribution file) => file switch
    {
        { Uploaded: { } uploaded } => [uploaded],
        { Provenance: null } => [],
        { Provenance: { } document }
            when Provenance.TryRead(Encoding.UTF8.GetString(document), out var bundles, out _) => bundles,
        _ => null,
    };
}

/// <summary>A file whose attestations have been verified.</summary>
/// <param name="File">The file, with its provenance.</param>
/// <param name="Verdict">The outcome; null if nothing is verified.</param>
sealed record VerifiedDistribution(NewDistribution File, ProvenanceVerdict? Verdict)
{
    /// <summary>The fault that was found, as the rest of a sentence; null if there is none.</summary>
    public string? Problem { get; init; }

    /// <summary>The rejection, if the fault must not be; else null.</summary>
    public RejectedException? Rejection { get; init; }
}
