using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Finds out since when there are the projects that a release begins to require.</summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class DependencyDates(CachedProjects shared)
{
    /// <summary>Returns files that were inspected with the young projects that they begin to require.</summary>
    /// <param name="project">Their project, as it was before.</param>
    /// <param name="inspected">The files, by name.</param>
    /// <param name="settings">The settings.</param>
    public async Task<IReadOnlyDictionary<string, InspectedFile>> AddToAsync(
        ProjectSnapshot project, IReadOnlyDictionary<string, InspectedFile> inspected, GuardSettings settings)
    {
        List<GuardedFile> files =
        [
            .. project.Files.Select(file => new GuardedFile(
                file.Distribution,
                inspected.GetValueOrDefault(file.Distribution.Name.FileName)?.Facts ?? file.Distribution.Guard?.Facts)),
        ];
        var releases = new EarlierReleases(files, settings.HoldFor);
        var found = inspected.ToDictionary(StringComparer.Ordinal);
        foreach (var file in files.Where(file => found.ContainsKey(file.File.Name.FileName) && file.Facts is not null))
        {
            var known = releases.Before(file.File).SelectMany(release => release).ToList();
            var names = ReleaseGuard.FindNewRequirements(file.Facts!, known).Take(ServerLimits.MaxNewRequirements);
            var young = ImmutableDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
            var now = file.File.AvailableSince ?? DateTimeOffset.MaxValue;
            foreach (var name in names.Where(name => name != project.Project.Value))
            {
                if (await FindStartAsync(name) is { } start && !(Verdict.GetEnd(start, settings.MinimumAge) <= now))
                    young[name] = start;
            }
            var fileName = file.File.Name.FileName;
            if (young.Count > 0)
                found[fileName] = found[fileName] with { Dependencies = young.ToImmutable() };
        }
        return found;
    }

    /// <summary>Returns when the first file of a project became available, or null if upstream does not say.</summary>
    async Task<DateTimeOffset?> FindStartAsync(string name)
    {
        if (!ProjectName.TryParse(name, out var project))
            return null;
        try
        {
            var asked = shared.GetOrCreate(project).GetAsync(CancellationToken.None).AsTask();
            var answer = await asked.WaitAsync(ServerLimits.MaxDependencyTime, shared.Clock);
            return answer is ProjectAnswer.Known { Snapshot.Files: { Count: > 0 } files }
                ? files.Min(file => file.Distribution.AvailableSince) : null;
        }
        // Its age is not known, whatever the failure is, which is no reason to lose what is known of the file.
        catch (Exception error)
        {
            Log.DependencyNotAsked(shared.Logger, name, error.Message);
            return null;
        }
    }
}
