using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Inspection;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Looks for signs of an attack in uploads, and says of stored files what it found. Each file is inspected once, while
/// there is memory for the facts.
/// </summary>
sealed class UploadGuard(IStore store, MemoryBudget budget, ILogger logger)
{
    /// <summary>The releases of which a wheel and a source distribution are inspected, too.</summary>
    const int MaxInspectedReleases = 2;

    /// <summary>The rules that can be known of a repository's own projects.</summary>
    static readonly FrozenSet<GuardRule> _rules = new[]
    {
        GuardRule.StartupFile, GuardRule.ShadowsInterpreter, GuardRule.OutsideItsPackage, GuardRule.RecordMismatch,
        GuardRule.NewStartupFile, GuardRule.NewNativeCode, GuardRule.OldReleaseNewFile,
    }.ToFrozenSet();

    readonly BudgetedCache<Sha256Digest, ArchiveFacts> _facts = new(budget);

    /// <summary>Judges an upload that is not stored yet.</summary>
    /// <param name="file">The upload.</param>
    /// <param name="bytes">Its bytes, which can seek.</param>
    /// <param name="others">The other files of its project.</param>
    /// <param name="action">The action on what is found.</param>
    /// <param name="cancellationToken">Stops the inspection.</param>
    /// <exception cref="RejectedException">Something was found, and is to be rejected.</exception>
    public async Task JudgeAsync(
        Distribution file, Stream bytes, IReadOnlyList<Distribution> others, UploadGuardAction action,
        CancellationToken cancellationToken)
    {
        if (action is UploadGuardAction.Off)
            return;
        var facts = await GuardInspection.InspectAsync(bytes, file.Name, owner: store, cancellationToken);
        var found = await FindAsync([file], [.. others, file], facts, cancellationToken);
        foreach (var finding in found[0].Findings)
        {
            if (action is UploadGuardAction.Reject)
            {
                throw new RejectedException(
                    RejectionReason.Invalid,
                    $"'{file.Name.FileName}' {finding.Reason} (rule {finding.Rule} of spec.uploads.guard). "
                    + $"{GetAdvice(finding.Rule)}, or have spec.uploads.guard changed to Report if that is meant.");
            }
            Log.Suspicious(logger, file.Name.FileName, finding.Reason, $"{finding.Rule}");
        }
    }

    /// <summary>Returns a snapshot with what is reported of the files of a version; the same one if nothing is.</summary>
    public async ValueTask<ProjectSnapshot> AddAsync(
        ProjectSnapshot snapshot, string version, UploadGuardAction action, CancellationToken cancellationToken)
    {
        if (action is UploadGuardAction.Off)
            return snapshot;
        var release = snapshot.Files.OfVersion(version).Take(ServerLimits.MaxExplainedFiles).ToList();
        if (release.Count == 0)
            return snapshot;
        var all = snapshot.Files.Where(file => file.IsVisible).Select(file => file.Distribution).ToList();
        var reported = new Dictionary<string, ImmutableArray<Verdict>>(StringComparer.Ordinal);
        foreach (var (file, findings) in await FindAsync(release, all, facts: null, cancellationToken))
        {
            if (findings.Count > 0)
            {
                reported[file.Name.FileName] =
                [
                    .. findings.Select(each =>
                        new Verdict(GuardFinding.Name, $"{each.Rule}", each.Reason, file.UploadedAt)),
                ];
            }
        }
        return reported.Count == 0 ? snapshot : snapshot with { Files = snapshot.Files.With(reported) };
    }

    static string GetAdvice(GuardRule rule) => rule switch
    {
        GuardRule.OldReleaseNewFile => "Upload it as a new release, or as a post-release",
        GuardRule.NewNativeCode => "Upload it once Report has let one such release through",
        _ => "Build it without",
    };

    /// <summary>Returns what the rules find in files of one release, in their order.</summary>
    /// <param name="release">The files, at least one.</param>
    /// <param name="all">All files of the project. Those of the release are among them.</param>
    /// <param name="facts">The facts about the only file, if it is an upload, and null if the files are stored.</param>
    /// <param name="cancellationToken">Stops the inspections.</param>
    async Task<IReadOnlyList<(Distribution File, IReadOnlyList<GuardFinding> Findings)>> FindAsync(
        List<Distribution> release, List<Distribution> all, ArchiveFacts? facts, CancellationToken cancellationToken)
    {
        // Nobody else decides what is here, so that each release counts from its first moment.
        var files = all
            .Select(each => new GuardedFile(each with { AvailableSince = each.UploadedAt }, Facts: null)).ToList();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
            places[files[i].File.Name.FileName] = i;
        var compared = new EarlierReleases(files, TimeSpan.Zero).Before(release[0]).Releases.Take(MaxInspectedReleases)
            .SelectMany(earlier => earlier.Files.Where(IsOfSameKind).DistinctBy(each => each.IsWheel))
            .Select(each => each.File).ToList();
        foreach (var file in compared.Concat(facts is null ? release : []))
            Add(file, await FindFactsAsync(file, cancellationToken));
        if (facts is not null)
            Add(release[0], facts);
        var guard = new ReleaseGuard(files, TimeSpan.Zero, lookAlike: null);
        // The upload time may be the one of another repository, if the file was promoted, or what a Maintainer claims.
        var late = new ReleaseGuard(
            [.. all.Select(each => new GuardedFile(each with { AvailableSince = GetArrival(each) }, Facts: null))],
            TimeSpan.Zero, lookAlike: null);
        return
        [
            .. release.Select(file => (file, (IReadOnlyList<GuardFinding>)
            [
                .. guard.Judge(files[places[file.Name.FileName]], isNew: false)
                    .Concat(late.Judge(
                        new GuardedFile(file with { AvailableSince = GetArrival(file) }, Facts: null), isNew: true))
                    .Where(finding => _rules.Contains(finding.Rule)),
            ])),
        ];

        bool IsOfSameKind(GuardedFile earlier) =>
            release.Exists(file => file.Name.PackageType is PackageType.Wheel == earlier.IsWheel);

        void Add(Distribution file, ArchiveFacts? found)
        {
            var place = places[file.Name.FileName];
            files[place] = WithFacts(files[place], found);
        }
    }

    static GuardedFile WithFacts(GuardedFile file, ArchiveFacts? facts) => file with
    {
        Facts = facts,
        Foreign = KnownPackages.FindForeign(file.File.Name.Project, facts?.TopLevel ?? [], used: _ => null),
    };

    /// <summary>Returns when a file came here.</summary>
    static DateTimeOffset? GetArrival(Distribution file) =>
        StorageLayout.GetId(file.Location)?.Time ?? file.UploadedAt;

    /// <summary>Returns the facts about a stored file, or null if it cannot be read now: then it vouches for none.</summary>
    async Task<ArchiveFacts?> FindFactsAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.Sha256 is not { } sha256)
            return null;
        if (_facts.TryGet(sha256, out var known))
            return known;
        await using var content = await store.OpenAsync(file.Location, cancellationToken);
        if (content is null)
            return null;
        await using var stream = await content.OpenSeekableAsync(cancellationToken);
        try
        {
            var facts = await GuardInspection.InspectAsync(stream, file.Name, owner: store, cancellationToken);
            _facts.Set(sha256, facts, (int)facts.GetWeight());
            return facts;
        }
        catch (RejectedException error) when (error.Reason is RejectionReason.Unavailable)
        {
            return null;
        }
    }
}
