using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Tests.Content.Statistics;

namespace PyRepo.Server.Tests.Proxies.Policies;

/// <summary>A proxy's downloads and pages, over which policies are replayed at <see cref="PolicyFiles.Now"/>.</summary>
sealed class ReplayWorld : IDisposable
{
    readonly StatisticsFolder _folder = new();
    readonly FixedPages _pages = new();

    public ReplayWorld()
    {
        Statistics = _folder.Start();
        Replay = new PolicyReplay(Statistics, _pages, _folder.Clock);
    }

    public DownloadStatistics Statistics { get; }

    public PolicyReplay Replay { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>Keeps the page of a project.</summary>
    public void Keep(string project, params Distribution[] files) =>
        _pages.Kept[ProjectName.Parse(project)] = PolicyFiles.Project(project, files);

    /// <summary>Records downloads of a file at a moment.</summary>
    public void Download(string file, int times = 1, double daysAgo = 0)
    {
        _folder.Clock.Set(PolicyFiles.Now.AddDays(-daysAgo));
        StatisticsFolder.Count(Statistics, file, times: times);
        _folder.Clock.Set(PolicyFiles.Now);
    }

    /// <summary>Replays a policy over the last 30 days.</summary>
    public Task<ReplayOutcome> RunAsync(
        Policy candidate, Policy? inForce = null, Predicate<ProjectName>? mayRead = null, int days = 30)
    {
        _folder.Clock.Set(PolicyFiles.Now);
        return Replay.RunAsync(
            candidate, inForce ?? Policy.Default, TimeSpan.FromDays(days), mayRead ?? (_ => true), default);
    }

    /// <summary>Tells each release: <c>demo 2.0: 3 of 4, 1 in part, block, instead 1.0</c>.</summary>
    public async Task<string[]> TellAsync(Policy candidate, Policy? inForce = null) =>
    [
        .. (await RunAsync(candidate, inForce)).Releases.Select(each =>
            $"{each.Project} {each.Version}: {each.Refused} of {each.Downloads}, {each.InPart} in part, "
            + $"{each.Verdict.Rule}, instead {each.Instead ?? "nothing"}{(each.IsHiddenAlready ? ", already" : "")}")
            .Order(StringComparer.Ordinal),
    ];

    sealed class FixedPages : IKeptPages
    {
        public Dictionary<ProjectName, ProjectSnapshot> Kept { get; } = [];

        public Task<ProjectSnapshot?> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
            Task.FromResult(Kept.GetValueOrDefault(project));
    }
}
