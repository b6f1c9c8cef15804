using System.Collections.Immutable;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Finds out since when there are the projects that a release begins to require. Their pages are only read for that:
/// nothing on them is examined, or else one page would make the proxy read any number of others.
/// </summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class DependencyDates(CachedProjects shared)
{
    /// <summary>The young projects that are remembered of a file: one is a reason.</summary>
    const int MaxYoung = 4;

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentDependencies);

    /// <summary>Returns files that were inspected with the young projects that they begin to require.</summary>
    /// <param name="project">Their project, as it was before.</param>
    /// <param name="inspected">The files, by name.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The files, and the names of those of which that could not be found out now.</returns>
    public async Task<(IReadOnlyDictionary<string, InspectedFile> Files, IReadOnlyCollection<string> Unknown)>
        AddToAsync(
            ProjectSnapshot project, IReadOnlyDictionary<string, InspectedFile> inspected, GuardSettings settings)
    {
        var required = FindRequired(project, inspected, settings);
        var names = required.SelectMany(each => each.Names).Distinct(StringComparer.Ordinal)
            .Take(ServerLimits.MaxDependencies).ToList();
        var starts = names.Zip(await Task.WhenAll(names.Select(FindStartAsync)))
            .ToDictionary(each => each.First, each => each.Second, StringComparer.Ordinal);
        var found = inspected.ToDictionary(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var (file, each) in required)
        {
            var name = file.Name.FileName;
            if (!each.All(starts.ContainsKey) || each.Any(other => !starts[other].IsKnown))
            {
                found.Remove(name);
                unknown.Add(name);
                continue;
            }
            var now = file.AvailableSince ?? DateTimeOffset.MaxValue;
            var young = each
                .Where(other => starts[other].Time is { } start
                    && !(Verdict.GetEnd(start, settings.MinimumAge) <= now))
                .Take(MaxYoung)
                .ToImmutableDictionary(other => other, other => starts[other].Time!.Value, StringComparer.Ordinal);
            if (!young.IsEmpty)
                found[name] = found[name] with { Dependencies = young };
        }
        return (found, unknown);
    }

    /// <summary>Returns the files that begin to require other projects, each with their names.</summary>
    static List<(Distribution File, IReadOnlyList<string> Names)> FindRequired(
        ProjectSnapshot project, IReadOnlyDictionary<string, InspectedFile> inspected, GuardSettings settings)
    {
        List<GuardedFile> files =
        [
            .. project.Files.Select(file => new GuardedFile(
                file.Distribution,
                inspected.GetValueOrDefault(file.Distribution.Name.FileName)?.Facts ?? file.Distribution.Guard?.Facts)),
        ];
        var releases = new EarlierReleases(files, settings.HoldFor);
        var required = new List<(Distribution, IReadOnlyList<string>)>();
        foreach (var file in files)
        {
            if (file.Facts is not { } facts || !inspected.ContainsKey(file.File.Name.FileName))
                continue;
            var known = releases.Before(file.File).SelectMany(release => release).ToList();
            string[] names =
            [
                .. ReleaseGuard.FindNewRequirements(facts, known).Where(name => name != project.Project.Value)
                    .Take(ServerLimits.MaxNewRequirements),
            ];
            if (names.Length > 0)
                required.Add((file.File, names));
        }
        return required;
    }

    /// <summary>
    /// Returns when the first file of a project was uploaded, or null if upstream does not say, or has no such project.
    /// </summary>
    async Task<Start> FindStartAsync(string name)
    {
        if (!ProjectName.TryParse(name, out var project))
            return new(null, IsKnown: true);
        await _turns.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(ServerLimits.MaxDependencyTime, shared.Clock);
            var after = shared.Clock.GetUtcNow() - shared.Documents.Settings.Times.Project;
            using var answer = await shared.Pages.GetAsync(project, null, after, limit.Token);
            return new((answer as UpstreamPage.Fresh)?.Page.Files.Min(file => file.UploadTime), IsKnown: true);
        }
        // Its age is not known, whatever the failure is, which is no reason to lose what is known of other files.
        catch (Exception error)
        {
            Log.DependencyNotAsked(
                shared.Logger, name, error is UpstreamUnavailableException failure ? failure.Detail : error.Message);
            return new(null, IsKnown: false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <param name="Time">The time, or null if there is none.</param>
    /// <param name="IsKnown">Whether upstream has answered.</param>
    readonly record struct Start(DateTimeOffset? Time, bool IsKnown);
}
