using PyRepo.Resources.Attesting;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// The rule of <c>provenance</c> about files that lack the attestation of a publisher: of one that the resource demands,
/// or else of one that has attested earlier files of the project.
/// </summary>
/// <param name="spec">The spec.</param>
sealed class ProvenanceRule(ProvenanceSpec spec) : IPolicyRule
{
    /// <summary>The name of the rule.</summary>
    public const string Name = "provenance";

    readonly RequiredAttestations _required = new(spec.Require);

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => LetsThrough(file, now) ? null : Find(file);

    /// <inheritdoc/>
    /// <remarks>What is not verified yet is no finding.</remarks>
    public Verdict? Report(Distribution file, DateTimeOffset now)
    {
        if (!LetsThrough(file, now) || file.Verified is null or { Verdict: ProvenanceVerdict.Pending })
            return null;
        return Find(file) is { } finding ? finding with { Until = null } : null;
    }

    /// <summary>Whether a file is visible whatever is found.</summary>
    bool LetsThrough(Distribution file, DateTimeOffset now) => spec.Action switch
    {
        PolicyAction.Report => true,
        PolicyAction.Hold => GetEnd(file) <= now,
        _ => false,
    };

    DateTimeOffset? GetEnd(Distribution file) => Verdict.GetEnd(file.AvailableSince, spec.HoldFor.Value);

    Verdict? Find(Distribution file)
    {
        if (FindProblem(file) is not { } problem)
            return null;
        return spec.Action is PolicyAction.Hold
            ? new Verdict(Name, $"holdFor {spec.HoldFor}", problem, file.AvailableSince, GetEnd(file))
            : new Verdict(Name, null, problem, file.AvailableSince);
    }

    string? FindProblem(Distribution file)
    {
        var outcome = file.Verified
            ?? (file.Provenance is null ? VerifiedProvenance.Absent : VerifiedProvenance.Pending);
        var demanded = _required.Find(file.Name.Project);
        if (demanded.Count > 0)
            return RequiredAttestations.FindProblem(demanded, outcome);
        return spec.Ratchet && outcome is { Established: { Count: > 0 } established }
            ? FindProblem(outcome, established)
            : null;
    }

    /// <summary>Says how a file differs from the earlier ones of its project.</summary>
    static string FindProblem(VerifiedProvenance verified, IReadOnlyList<string> established)
    {
        var publishers = verified.Attestations.Select(each => each.Publisher).Distinct();
        var finding = verified.Verdict switch
        {
            ProvenanceVerdict.Verified => $"is attested by {string.Join(" and ", publishers)}",
            ProvenanceVerdict.Refused => verified.Problem,
            ProvenanceVerdict.Absent => "has no attestation",
            _ => "has attestations that are not verified yet",
        };
        return $"{finding}, but earlier files are attested by {string.Join(" and ", established)}";
    }
}
