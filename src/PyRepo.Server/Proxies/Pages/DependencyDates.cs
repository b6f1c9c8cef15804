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
    /// <summary>The youngest projects that are remembered of a file: one is a reason.</summary>
    const int MaxYoungest = 4;

    /// <summary>From which age on a project is not remembered. Another <c>minimumAge</c> up to this counts at once.</summary>
    static readonly TimeSpan _old = TimeSpan.FromDays(90);

    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentDependencies);

    /// <summary>Returns files that were inspected with the youngest projects that they begin to require.</summary>
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
        // Of an upstream that says no upload times, nobody knows whether it has all that is required.
        var missing = project.Files.Any(file => file.Distribution.UploadedAt is not null)
            ? ReleaseGuard.Missing : (DateTimeOffset?)null;
        var starts = names.Zip(await Task.WhenAll(names.Select(name => FindStartAsync(name, missing))))
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
            var old = settings.MinimumAge > _old ? settings.MinimumAge : _old;
            var youngest = each
                .Where(other => starts[other].Time is { } start
                    && !(Verdict.GetEnd(start, old) <= (file.AvailableSince ?? DateTimeOffset.MaxValue)))
                .OrderByDescending(other => starts[other].Time).Take(MaxYoungest)
                .ToImmutableDictionary(other => other, other => starts[other].Time!.Value, StringComparer.Ordinal);
            if (!youngest.IsEmpty)
                found[name] = found[name] with { Dependencies = youngest };
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
            string[] names =
            [
                .. releases.Before(file.File).FindNewRequirements(facts).Where(name => name != project.Project.Value)
                    .Take(ServerLimits.MaxNewRequirements),
            ];
            if (names.Length > 0)
                required.Add((file.File, names));
        }
        return required;
    }

    /// <summary>
    /// Returns when the first file of a project was uploaded, or null if upstream does not say.
    /// </summary>
    /// <param name="name">The name of the project.</param>
    /// <param name="missing">The time if there is no such project.</param>
    async Task<Start> FindStartAsync(string name, DateTimeOffset? missing)
    {
        if (!ProjectName.TryParse(name, out var project))
            return new(null, IsKnown: true);
        await _turns.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(ServerLimits.MaxDependencyTime, shared.Clock);
            var after = shared.Clock.GetUtcNow() - shared.Documents.Settings.Times.Project;
            using var answer = await shared.Pages.GetAsync(project, null, after, limit.Token);
            var time = answer is UpstreamPage.NotKnown
                ? missing : (answer as UpstreamPage.Fresh)?.Page.Files.Min(file => file.UploadTime);
            return new(time, IsKnown: true);
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
