using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Inspects upstream's files for the release guard: wheels by ranges of their bytes, before they are first listed, and
/// all others when they are fetched. Projects take turns.
/// </summary>
/// <remarks>
/// A file's hash does not vouch for a range of it. So what the ranges say counts until the whole file is there, whose
/// own facts replace theirs before its last byte is sent.
/// </remarks>
sealed class UpstreamArchives(SimpleClient upstream, Func<CacheSettings> settings, TimeProvider clock, ILogger logger)
    : IUpstreamArchives
{
    /// <summary>The turns that one project takes at once.</summary>
    const int MaxOfProject = 4;

    /// <summary>After so many failures in a row, the others are not tried.</summary>
    const int MaxFailures = 8;

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentInspections);

    /// <inheritdoc/>
    public async Task<ExaminedBatch<InspectedFile>> InspectAsync(IReadOnlyList<Distribution> files)
    {
        if (settings().Guard is not { } guard)
            return new ExaminedBatch<InspectedFile>(new Dictionary<string, InspectedFile>(), [], IsBrokenOff: true);
        var batch = new Batch(guard);
        await Parallel.ForEachAsync(
            files, new ParallelOptions { MaxDegreeOfParallelism = MaxOfProject },
            async (file, _) => await InspectAsync(file, batch));
        return new ExaminedBatch<InspectedFile>(batch.Found, batch.Failed, batch.IsBrokenOff);
    }

    /// <summary>Returns what the facts about a file say with what is known here.</summary>
    public static InspectedFile Describe(Distribution file, ArchiveFacts? facts, bool isWhole, GuardSettings guard) =>
        new($"{file.Sha256}", isWhole, facts)
        {
            Foreign = facts is null ? [] :
            [
                .. KnownPackages.FindForeign(file.Name.Project, facts.TopLevel, guard.Names.FindModule)
                    .Take(ArchiveFacts.MaxExamples),
            ],
        };

    async Task InspectAsync(Distribution file, Batch batch)
    {
        if (batch.IsBrokenOff)
            return;
        await _turns.WaitAsync(CancellationToken.None);
        try
        {
            batch.Add(file, await InspectAsync(file));
        }
        catch (OverloadedException)
        {
            batch.BreakOff(); // It is this server's fault, and no file's.
        }
        // A file that fails in whatever way is not inspected, and no reason to lose the others.
        catch (Exception error)
        {
            batch.Fail(file);
            Log.NotInspected(
                logger, file.Name.FileName,
                error is UpstreamUnavailableException unavailable ? unavailable.Detail : error.Message);
        }
        finally
        {
            _turns.Release();
        }
    }

    async Task<ArchiveFacts?> InspectAsync(Distribution file)
    {
        using var limit = new CancellationTokenSource(upstream.Timeout, clock);
        return await new RangedInspection(upstream, file, limit.Token).RunAsync();
    }

    /// <summary>Collects what is found out about files of a project, by several tasks at once.</summary>
    sealed class Batch(GuardSettings guard)
    {
        readonly ConcurrentDictionary<string, InspectedFile> _found = new(StringComparer.Ordinal);
        readonly ConcurrentBag<string> _failed = [];
        int _failuresInARow;
        bool _isBrokenOff;

        public IReadOnlyDictionary<string, InspectedFile> Found => _found;

        public IReadOnlyCollection<string> Failed => _failed;

        public bool IsBrokenOff =>
            Volatile.Read(ref _isBrokenOff) || Volatile.Read(ref _failuresInARow) >= MaxFailures;

        public void Add(Distribution file, ArchiveFacts? facts)
        {
            _found[file.Name.FileName] = Describe(file, facts, isWhole: false, guard);
            Volatile.Write(ref _failuresInARow, 0);
        }

        public void Fail(Distribution file)
        {
            _failed.Add(file.Name.FileName);
            Interlocked.Increment(ref _failuresInARow);
        }

        public void BreakOff() => Volatile.Write(ref _isBrokenOff, true);
    }
}
