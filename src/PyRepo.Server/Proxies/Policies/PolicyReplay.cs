using System.Collections.Immutable;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// Tells which of the recorded downloads a policy would have refused, had it been enforced then. Nothing is fetched,
/// kept or changed for that.
/// </summary>
/// <remarks>
/// Statistics know the day of a download, but not its time. It counts as refused if its release was still hidden when
/// the day ended.
/// </remarks>
sealed class PolicyReplay(DownloadStatistics statistics, IKeptPages pages, TimeProvider clock)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(10);

    /// <summary>One replay at a time: it takes memory for all downloads, and one processor.</summary>
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>Does all the work of a replay, unless another one goes on.</summary>
    /// <exception cref="RejectedException">
    /// 503: the store is not open, another replay goes on, or there is no room to read a large page.
    /// </exception>
    public async Task<ReplayOutcome> InTurnAsync(Func<Task<ReplayOutcome>> work, CancellationToken cancellationToken)
    {
        if (statistics.Unavailable is { } waiting)
            throw Unavailable($"The repository {waiting}.");
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
            throw Unavailable("Another replay is running: try again when it has ended.");
        try
        {
            return await work();
        }
        catch (UpstreamUnavailableException error)
        {
            throw Unavailable(error.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Replays a policy, in a turn.</summary>
    /// <param name="candidate">The policy.</param>
    /// <param name="inForce">The policy in force, by which it is told what is hidden already.</param>
    /// <param name="since">How far back.</param>
    /// <param name="mayRead">Whether the caller may know of a project.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <exception cref="RejectedException">400: there are too many downloads.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    /// <exception cref="UpstreamUnavailableException">There is no room to read a large page.</exception>
    public async Task<ReplayOutcome> RunAsync(
        Policy candidate, Policy inForce, TimeSpan since, Predicate<ProjectName> mayRead,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (from, to) = (GetDay(now - since), GetDay(now));
        var downloads = new RecordedDownloads(mayRead);
        await foreach (var day in statistics.ReadAsync(from, to, cancellationToken))
            downloads.Add(day);
        var releases = ImmutableArray.CreateBuilder<ReplayedRelease>();
        var notJudged = downloads.WithoutVersion;
        foreach (var project in downloads.Projects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (candidate.Judge(project.Project) is { } unknown)
            {
                releases.AddRange(ReplayedProject.ReplayUnknown(project, unknown));
                continue;
            }
            var page = await pages.FindAsync(project.Project, cancellationToken);
            var replay = new ReplayedProject(project, now)
            {
                Candidate = page is null ? null : new ReplayedPage(page, candidate),
                InForce = page is null ? null : new ReplayedPage(page, inForce),
            };
            releases.AddRange(replay.Replay());
            notJudged += replay.NotJudged;
        }
        return new ReplayOutcome(from, to, downloads.Count, notJudged, releases.ToImmutable())
        {
            IsComplete = downloads.IsComplete,
        };
    }

    static RejectedException Unavailable(string reason) => new(RejectionReason.Unavailable, reason)
    {
        RetryAfter = _retryAfter,
    };

    static DateOnly GetDay(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}

/// <summary>The result of a replay.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day.</param>
/// <param name="Downloads">The number of downloads in that time.</param>
/// <param name="NotJudged">How many of them nothing is known about but that they happened.</param>
/// <param name="Releases">The releases of which the policy would have refused something.</param>
sealed record ReplayOutcome(
    DateOnly From, DateOnly To, long Downloads, long NotJudged, ImmutableArray<ReplayedRelease> Releases)
{
    /// <summary>Whether all days could be read.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The parts that could not be replayed, in sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>Replays candidates over the downloads of one proxy.</summary>
interface ICandidateReplay
{
    /// <summary>Replays the policy of manifests.</summary>
    /// <param name="readAsync">
    /// Reads JSON with one ProxyRepository and the ConfigMaps that its policy names, when it is their turn.
    /// </param>
    /// <param name="since">How far back.</param>
    /// <param name="mayRead">Whether the caller may know of a project.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <exception cref="RejectedException">
    /// 400: the manifests are not valid, or there are too many downloads. 503: it cannot be replayed now.
    /// </exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Task<ReplayOutcome> RunAsync(
        Func<Task<string>> readAsync, TimeSpan since, Predicate<ProjectName> mayRead,
        CancellationToken cancellationToken);
}
