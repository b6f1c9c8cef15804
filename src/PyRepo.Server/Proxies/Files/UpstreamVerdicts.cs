using Microsoft.Extensions.Logging;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Proxies.Files;

/// <summary>Verifies the attestations of upstream's files. Projects take turns.</summary>
sealed class UpstreamVerdicts(
    UpstreamProvenance provenance, Func<CacheSettings> settings, ProvenanceCounts counts, ILogger logger)
    : IUpstreamProvenance
{
    /// <summary>The turns that one project takes at once.</summary>
    const int MaxOfProject = 2;

    static readonly VerifiedProvenance _undigested = new()
    {
        Verdict = ProvenanceVerdict.Refused,
        Problem = "has attestations that cannot be verified: upstream does not say its SHA-256",
    };

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentVerifications);

    /// <inheritdoc/>
    public async Task<ExaminedBatch<VerifiedFile>> VerifyAsync(IReadOnlyList<Distribution> files)
    {
        // Without a trusted root nothing is proved, and who was proved before is remembered.
        if (settings().Provenance is not { Verifier.Root.IsReadable: true } current)
            return FileBatch<VerifiedFile>.None;
        return await new FileBatch<VerifiedFile>(_turns, MaxOfProject).RunAsync(
            files,
            async file =>
            {
                var outcome = await VerifyAsync(file, current.Verifier);
                counts.Add(outcome.Verdict);
                return VerifiedFile.From(file, outcome, current);
            },
            (file, message) => Log.NotVerified(logger, file.Name.FileName, message));
    }

    async Task<VerifiedProvenance> VerifyAsync(Distribution file, AttestationVerifier verifier)
    {
        if (file.Sha256 is not { } sha256)
            return _undigested;
        return await verifier.VerifyAsync(
            file.Name, sha256, await provenance.FetchAsync(file), CancellationToken.None)
            ?? throw UpstreamProvenance.IsNone(file);
    }
}
