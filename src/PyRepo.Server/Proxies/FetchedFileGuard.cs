using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Files;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies;

/// <summary>
/// The release guard for files that somebody fetches: whatever was known of them before they are listed, their own bytes
/// decide.
/// </summary>
/// <param name="projects">The projects of the upstream.</param>
/// <param name="cachedFiles">The cached files.</param>
sealed class FetchedFileGuard(CachedProjects projects, CachedFiles cachedFiles)
{
    const string NoRoom = "there is no room for all of it at once in the cache";

    /// <summary>Returns what hides a file, or null. It is asked again when more is found out about it.</summary>
    public Func<Distribution, Verdict?>? Judge { get; set; }

    CacheSettings Settings => projects.Documents.Settings;

    /// <summary>
    /// Inspects a file for the release guard when it is there as a whole. Once for each file: what is known of it is kept
    /// with its page.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="staged">Its bytes, or null if there is no room for them: then before the first one is sent.</param>
    /// <exception cref="UpstreamUnavailableException">The policy hides it.</exception>
    public async Task InspectFetchedAsync(Distribution file, StagedObject? staged)
    {
        if (Settings.Guard is not { } guard)
            return;
        var project = projects.GetOrCreate(file.Name.Project);
        var known = project.FindInspected(file);
        if (known is { IsWhole: true })
            return;
        if (staged is null)
        {
            await InspectPassedOnAsync(file, known, project, guard);
            return;
        }
        await using var bytes = staged.OpenRead();
        var facts = await InspectAsync(bytes, file, CancellationToken.None);
        RequireShown(await project.AddFetchedAsync(
            file, UpstreamArchives.Describe(file, facts, isWhole: true, guard), guard));
    }

    /// <summary>
    /// Inspects a file for which there is no room, so that it is gone before all of it was there. Ranges of it say what
    /// they can. What nobody can say counts as unreadable.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">The policy hides it.</exception>
    async Task InspectPassedOnAsync(
        Distribution file, InspectedFile? known, CachedProject project, GuardSettings guard)
    {
        if (!guard.IsAwaited)
            return;
        if (known is null && file.Name.PackageType is PackageType.Wheel
            && (await projects.Archives.InspectAsync([file])).Outcomes.TryGetValue(file.Name.FileName, out known))
        {
            RequireShown(await project.AddFetchedAsync(file, known, guard));
        }
        if (known?.Facts is { IsPartial: false })
            return;
        var unreadable = new InspectedFile("", IsWhole: false, ArchiveFacts.Unreadable(NoRoom));
        RequireShown(PageGuard.JudgeAlone(file, unreadable, guard));
    }

    void RequireShown(Distribution judged)
    {
        if (Judge?.Invoke(judged) is { } verdict)
            throw Refuse(verdict.GetSentence(judged.Name.FileName));
    }

    /// <summary>Whether nobody has looked at a file as a whole.</summary>
    public bool IsAwaiting(Distribution file) => Settings.Guard is not null && file.Guard is { IsWhole: false };

    /// <summary>
    /// Inspects a file that was cached before anybody looked at it as a whole, or of which that was forgotten.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="cached">The cached file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The file as it is judged now, or null if there is nothing new.</returns>
    /// <exception cref="UpstreamUnavailableException">It could not be read in time.</exception>
    public async Task<Distribution?> InspectCachedAsync(
        Distribution file, Distribution cached, CancellationToken cancellationToken)
    {
        if (Settings.Guard is not { } guard
            || await cachedFiles.OpenPartsAsync(cached.Location, cancellationToken) is not { } content)
        {
            return null;
        }
        await using (content)
        {
            await using var bytes = await content.OpenSeekableAsync(cancellationToken);
            var facts = await InspectAsync(bytes, file, cancellationToken);
            if (facts.Problem is not null && !await IsIntactAsync(bytes, cached, cancellationToken))
            {
                await cachedFiles.DropAsync(cached); // The disk has damaged it. It is fetched again.
                return null;
            }
            return await projects.GetOrCreate(file.Name.Project).AddFetchedAsync(
                file, UpstreamArchives.Describe(file, facts, isWhole: true, guard), guard);
        }
    }

    async Task<ArchiveFacts> InspectAsync(Stream bytes, Distribution file, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardInspection.InspectAsync(bytes, file.Name, owner: projects, cancellationToken);
        }
        catch (RejectedException error)
        {
            throw Refuse(error.Message);
        }
    }

    static async Task<bool> IsIntactAsync(Stream bytes, Distribution cached, CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        return await Sha256Digest.HashDataAsync(bytes, cancellationToken) == cached.Sha256;
    }

    static UpstreamUnavailableException Refuse(string message) => new(message) { IsRejection = true };

    /// <summary>Returns a file as it is judged now, or null if its page does not have it.</summary>
    public async Task<Distribution?> FindJudgedAsync(Distribution file) =>
        Settings.Guard is not null && await projects.GetOrCreate(file.Name.Project).GetAsync(CancellationToken.None)
            is ProjectAnswer.Known { Snapshot: var page }
                ? page.Files.Select(each => each.Distribution).FirstOrDefault(
                    each => each.Name.FileName == file.Name.FileName && each.Sha256 == file.Sha256)
                : null;
}
