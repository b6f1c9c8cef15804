using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Verifies the attestations of files that a repository has, when somebody looks at them: each file once for each
/// trusted root, while there is memory for the outcome.
/// </summary>
sealed class ProvenanceVerdicts(HostedProvenance provenance, MemoryBudget budget)
{
    /// <summary>The documents that are read at once: a bucket takes a while for each.</summary>
    const int MaxConcurrentReads = 8;

    /// <summary>It is not kept: an upload may mend it.</summary>
    static readonly VerifiedProvenance _damaged = new()
    {
        Verdict = ProvenanceVerdict.Refused,
        Problem = "has attestations that are missing or damaged in the repository's storage",
    };

    static readonly VerifiedProvenance _unreadable = new()
    {
        Verdict = ProvenanceVerdict.Refused,
        Problem = "has a provenance that cannot be read",
    };

    readonly BudgetedCache<VerifiedKey, VerifiedProvenance> _verified = new(budget);

    /// <summary>
    /// Returns a snapshot with the outcomes for the files of a version; the same one if nothing is verified.
    /// </summary>
    public async ValueTask<ProjectSnapshot> AddAsync(
        ProjectSnapshot snapshot, string version, AttestationPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.Root is null)
            return snapshot;
        var verdicts = new Dictionary<string, VerifiedProvenance>(StringComparer.Ordinal);
        var files = snapshot.Files.OfVersion(version).Take(ServerLimits.MaxExplainedFiles);
        foreach (var some in files.Chunk(MaxConcurrentReads))
        {
            var documents = await Task.WhenAll(some.Select(file => ReadAsync(file, policy, cancellationToken)));
            // One after the other: a release of many files takes one processor.
            foreach (var (file, document) in some.Zip(documents))
            {
                verdicts[file.Name.FileName] = document.Verdict
                    ?? await VerifyAsync(file, document.Bytes!, policy, cancellationToken);
            }
        }
        return verdicts.Count == 0 ? snapshot : snapshot with { Files = snapshot.Files.With(verdicts) };
    }

    async Task<Document> ReadAsync(Distribution file, AttestationPolicy policy, CancellationToken cancellationToken)
    {
        if (file.Provenance is null)
            return new(VerifiedProvenance.Absent);
        if (_verified.TryGet(VerifiedKey.From(file, policy), out var known))
            return new(known);
        try
        {
            return await provenance.ReadAsync(file, cancellationToken) is { } bytes
                ? new(null, bytes)
                : new(_damaged);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(VerifiedProvenance.Pending); // That says nothing of the attestations.
        }
    }

    async Task<VerifiedProvenance> VerifyAsync(
        Distribution file, byte[] document, AttestationPolicy policy, CancellationToken cancellationToken)
    {
        try
        {
            var verdict = await policy.Verifier.VerifyAsync(
                file.Name, file.Sha256!.Value, document, cancellationToken) ?? _unreadable;
            _verified.Set(VerifiedKey.From(file, policy), verdict, verdict.Weight);
            return verdict;
        }
        catch (Exception error) when (error is OverloadedException or TooCostlyException)
        {
            return VerifiedProvenance.Pending;
        }
    }

    /// <summary>A file's provenance, or the outcome if that is known without it.</summary>
    readonly record struct Document(VerifiedProvenance? Verdict, byte[]? Bytes = null);
}

/// <summary>Identifies an outcome by what it was found for.</summary>
/// <param name="FileName">The file's name, with which it was attested.</param>
/// <param name="Sha256">The digest of its bytes.</param>
/// <param name="Provenance">The digest of its provenance.</param>
/// <param name="Root">The trusted root's name and fingerprint.</param>
readonly record struct VerifiedKey(
    string FileName, Sha256Digest Sha256, string Provenance, (string Name, string Fingerprint) Root)
{
    /// <summary>Returns the key of a file that has provenance.</summary>
    public static VerifiedKey From(Distribution file, AttestationPolicy policy) =>
        new(file.Name.FileName, file.Sha256!.Value, file.Provenance!, (policy.Root!.Name, policy.Root.Fingerprint));
}
