using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Verifies the attestations of upstream's files. Projects take turns, so that one with many or slow documents does not
/// keep the others waiting for long.
/// </summary>
sealed class UpstreamVerdicts(
    UpstreamProvenance provenance, Func<CacheSettings> settings, ProvenanceCounts counts, ILogger logger)
    : IUpstreamProvenance
{
    /// <summary>The turns that one project takes at once.</summary>
    const int MaxOfProject = 2;

    /// <summary>After so many failures in a row, the others are not tried.</summary>
    const int MaxFailures = 8;

    static readonly VerifiedProvenance _undigested = new()
    {
        Verdict = ProvenanceVerdict.Refused,
        Problem = "has attestations that cannot be verified: upstream does not say its SHA-256",
    };

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentVerifications);

    /// <inheritdoc/>
    public async Task<ExaminedBatch<VerifiedFile>> VerifyAsync(IReadOnlyList<Distribution> files)
    {
        var found = new ConcurrentDictionary<string, VerifiedFile>(StringComparer.Ordinal);
        var failed = new ConcurrentBag<string>();
        // Without a trusted root nothing is proved, and who was proved before is remembered.
        if (settings().Provenance is not { Verifier.Root.IsReadable: true } current)
            return new ExaminedBatch<VerifiedFile>(found, failed, IsBrokenOff: true);
        var inRow = 0;
        await Parallel.ForEachAsync(
            files, new ParallelOptions { MaxDegreeOfParallelism = MaxOfProject }, async (file, _) =>
            {
                if (Volatile.Read(ref inRow) >= MaxFailures)
                    return;
                await _turns.WaitAsync(CancellationToken.None);
                try
                {
                    var outcome = await VerifyAsync(file, current.Verifier);
                    counts.Add(outcome.Verdict);
                    found[file.Name.FileName] = VerifiedFile.From(file, outcome, current);
                    Volatile.Write(ref inRow, 0);
                }
                catch (OverloadedException)
                {
                    Volatile.Write(ref inRow, MaxFailures); // It is this server's fault, and no file's.
                }
                // A file that fails in whatever way is not verified, and no reason to lose the others.
                catch (Exception error)
                {
                    failed.Add(file.Name.FileName);
                    Interlocked.Increment(ref inRow);
                    Log.NotVerified(
                        logger, file.Name.FileName,
                        error is UpstreamUnavailableException unavailable ? unavailable.Detail : error.Message);
                }
                finally
                {
                    _turns.Release();
                }
            });
        return new ExaminedBatch<VerifiedFile>(found, failed, inRow >= MaxFailures);
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
