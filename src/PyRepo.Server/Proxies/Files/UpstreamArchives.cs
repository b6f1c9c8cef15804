using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
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

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentInspections);

    /// <inheritdoc/>
    public async Task<ExaminedBatch<InspectedFile>> InspectAsync(IReadOnlyList<Distribution> files)
    {
        if (settings().Guard is not { } guard)
            return FileBatch<InspectedFile>.None;
        return await new FileBatch<InspectedFile>(_turns, MaxOfProject).RunAsync(
            files, async file => Describe(file, await InspectAsync(file), isWhole: false, guard),
            (file, message) => Log.NotInspected(logger, file.Name.FileName, message));
    }

    /// <summary>Returns what the facts about a file say with what is known here.</summary>
    public static InspectedFile Describe(Distribution file, ArchiveFacts? facts, bool isWhole, GuardSettings guard) =>
        new($"{file.Sha256}", isWhole, facts)
        {
            Foreign = KnownPackages.FindForeign(file.Name.Project, facts?.TopLevel ?? [], guard.Names.FindModule),
        };

    async Task<ArchiveFacts?> InspectAsync(Distribution file)
    {
        using var limit = new CancellationTokenSource(upstream.Timeout, clock);
        return await new RangedInspection(upstream, file, limit.Token).RunAsync();
    }
}
