using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Inspects the wheels that are new, before they are first listed, the newest first; and with them a wheel of each of the
/// last releases, with which they are compared.
/// </summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class ArchiveExaminer(CachedProjects shared) : IExaminer<InspectedFile>
{
    /// <summary>The releases of which a wheel is inspected, too.</summary>
    const int MaxInspectedReleases = 2;

    /// <summary>
    /// The platforms of releases for which wheels are chosen to be compared with: for a further one, a wheel for any
    /// platform is.
    /// </summary>
    const int MaxPlatforms = 256;

    /// <inheritdoc/>
    public string Work => "inspected";

    /// <inheritdoc/>
    public int FirstCount => 12;

    /// <inheritdoc/>
    public bool IsAwaited => shared.Documents.Settings.Guard is { IsAwaited: true };

    /// <inheritdoc/>
    public SemaphoreSlim Turns => shared.Inspecting;

    /// <inheritdoc/>
    public IReadOnlyList<Distribution> FindPending(ProjectSnapshot project)
    {
        if (shared.Documents.Settings.Guard is not { } settings)
            return [];
        var pending = project.Files.Select(file => file.Distribution).Where(file => file.Guard is { IsPending: true })
            .OrderByDescending(file => file.AvailableSince ?? DateTimeOffset.MaxValue).ToList();
        return pending.Count == 0 ? [] : [.. FindCompared(project, pending, settings.HoldFor), .. pending];
    }

    /// <inheritdoc/>
    public List<Distribution> Choose(ProjectSnapshot project, List<Distribution> due, int count, bool isFirst) =>
        [.. InspectedFiles.FindWorthwhile(project, due).Take(count)];

    /// <inheritdoc/>
    public async Task<ExaminedBatch<InspectedFile>> ExamineAsync(
        ProjectSnapshot project, IReadOnlyList<Distribution> files)
    {
        if (files.Count == 0 || shared.Documents.Settings.Guard is not { } settings)
            return new(new Dictionary<string, InspectedFile>(), [], IsBrokenOff: true);
        var batch = await shared.Archives.InspectAsync(files);
        var (outcomes, unknown) = await shared.Dependencies.AddToAsync(project, batch.Outcomes, settings);
        return batch with { Outcomes = outcomes, Failed = [.. batch.Failed, .. unknown] };
    }

    /// <summary>
    /// Chooses a wheel of each of the last releases before each file: if possible, one for the same platform.
    /// </summary>
    static IEnumerable<Distribution> FindCompared(
        ProjectSnapshot project, List<Distribution> pending, TimeSpan holdFor)
    {
        var releases = new EarlierReleases(
            [.. project.Files.Select(file => new GuardedFile(file.Distribution, file.Distribution.Guard?.Facts))],
            holdFor);
        var names = pending.Select(file => file.Name.FileName).ToHashSet(StringComparer.Ordinal);
        var wanted = pending.SelectMany(file => releases.Before(file).Releases.Take(MaxInspectedReleases)
                .Where(release => !release.HasInspectedWheel)
                .Select(release => (Release: release, file.Name.Wheel?.Platforms)))
            .Distinct().ToList();
        // Each looks at all files of a release, so that not every file of a page may have one of its own.
        return wanted.Take(MaxPlatforms).Concat(wanted.DistinctBy(each => each.Release))
            .Select(each => Choose(each.Release, each.Platforms)).OfType<Distribution>()
            .Where(file => !names.Contains(file.Name.FileName)).DistinctBy(file => file.Name.FileName);
    }

    static Distribution? Choose(GuardedRelease release, string? platforms) => release.Files
        .Where(each => each.IsWheel && each.File.RemovedAt is null)
        .MaxBy(each => GetLikeness(each.File.Name.Wheel?.Platforms, platforms))?.File;

    static int GetLikeness(string? platforms, string? wanted) => platforms == wanted ? 2 : platforms == "any" ? 1 : 0;
}

/// <summary>The archives of upstream's files.</summary>
interface IUpstreamArchives
{
    /// <summary>Inspects wheels by ranges of their bytes. It asks upstream.</summary>
    Task<ExaminedBatch<InspectedFile>> InspectAsync(IReadOnlyList<Distribution> files);
}
