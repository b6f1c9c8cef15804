using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// The downloads of the last days as far as they are counted here, for pages on which they are an ornament: they are
/// some minutes old, a member on another server is not asked, and without them the page is there all the same.
/// </summary>
/// <remarks>The counts are shared. What a caller sees of them is decided for each request, as other statistics are.</remarks>
sealed class RecentDownloads(TimeProvider clock)
{
    /// <summary>The days, of which the last is today.</summary>
    public const int Days = 30;

    static readonly TimeSpan _life = TimeSpan.FromMinutes(5);

    /// <summary>A page does not wait longer for its ornament. The reading goes on, for the next one.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    readonly ConditionalWeakTable<DownloadStatistics, Summary> _known = [];
    readonly SingleFlight<DownloadStatistics, Summary> _reads = new();

    /// <summary>Returns the downloads of a project on each day; default if they are not known.</summary>
    public async Task<ImmutableArray<long>> FindAsync(PageContext page, ProjectName project)
    {
        var sums = new long[Days];
        var isKnown = false;
        foreach (var (statistics, path) in GetSources(page))
        {
            if (!page.Access.Decide(AccessAction.Read, project, path).IsAllowed
                || !(await ReadAsync(statistics, page)).Projects.TryGetValue(project.Value, out var days))
                continue;
            isKnown = true;
            for (var i = 0; i < Days; i++)
                sums[i] += days[i];
        }
        return isKnown ? [.. sums] : default;
    }

    /// <summary>Returns the downloads of each project that the caller may read, of those that have some.</summary>
    public async Task<Dictionary<ProjectName, long>> SumAsync(PageContext page)
    {
        var sums = new Dictionary<ProjectName, long>();
        foreach (var (statistics, path) in GetSources(page))
        {
            foreach (var (name, days) in (await ReadAsync(statistics, page)).Projects)
            {
                if (ProjectName.TryParse(name, out var project)
                    && page.Access.Decide(AccessAction.Read, project, path).IsAllowed)
                    sums[project] = sums.GetValueOrDefault(project) + days.Sum();
            }
        }
        return sums;
    }

    static IEnumerable<(DownloadStatistics Statistics, ImmutableArray<string> Path)> GetSources(PageContext page)
    {
        var repository = page.Request.Repository;
        if (repository.Statistics is DownloadStatistics { Unavailable: null } own)
            yield return (own, []);
        foreach (var member in repository.Members.Values)
        {
            if (member.Statistics is DownloadStatistics { Unavailable: null } statistics
                && page.Access.MayReadAny(member))
                yield return (statistics, repository.PathTo(member));
        }
    }

    async Task<Summary> ReadAsync(DownloadStatistics statistics, PageContext page)
    {
        if (_known.TryGetValue(statistics, out var known) && clock.GetUtcNow() - known.At < _life)
            return known;
        try
        {
            return await _reads.JoinAsync(statistics, () => ReadAsync(statistics))
                .WaitAsync(_patience, clock, page.Request.Aborted);
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            return known ?? Summary.Nothing;
        }
    }

    async Task<Summary> ReadAsync(DownloadStatistics statistics)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var counted = new Dictionary<string, long[]>(StringComparer.Ordinal);
        await foreach (var day in statistics.ReadAsync(today.AddDays(1 - Days), today, CancellationToken.None))
        {
            foreach (var (key, downloads) in day.Rows)
            {
                if (key.Project.Length == 0)
                    continue;
                if (!counted.TryGetValue(key.Project, out var days))
                {
                    if (counted.Count == 10 * ServerLimits.MaxRecentProjects)
                        continue;
                    counted[key.Project] = days = new long[Days];
                }
                days[Days - 1 - (today.DayNumber - day.Day.DayNumber)] += downloads;
            }
        }
        var summary = new Summary(now, counted.OrderByDescending(project => project.Value.Sum())
            .Take(ServerLimits.MaxRecentProjects)
            .ToDictionary(project => project.Key, project => project.Value, StringComparer.Ordinal));
        // The first downloads of a new repository are seen at once.
        if (summary.Projects.Count > 0)
            _known.AddOrUpdate(statistics, summary);
        return summary;
    }

    /// <summary>The sums of a repository.</summary>
    /// <param name="At">When it was read.</param>
    /// <param name="Projects">The downloads of each project, by its normalized name, on each day.</param>
    sealed record Summary(DateTimeOffset At, IReadOnlyDictionary<string, long[]> Projects)
    {
        public static Summary Nothing { get; } = new(default, new Dictionary<string, long[]>());
    }
}
