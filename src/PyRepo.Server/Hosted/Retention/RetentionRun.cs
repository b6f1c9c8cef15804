using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Hosted.Retention;

/// <summary>Finds the releases that no rule of <c>spec.retention</c> keeps, and removes them.</summary>
sealed class RetentionRun(
    HostedRepository repository, DownloadStatistics statistics, TimeProvider clock, ILogger logger)
{
    /// <summary>How often releases are removed, and how long a changed rule waits: time to look at it.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    /// <summary>How many releases one write of a record removes: uploads wait for it.</summary>
    const int MaxTogether = 500;

    readonly SemaphoreSlim _turn = new(1, 1);
    DateTimeOffset _ranAt = DateTimeOffset.MinValue;

    /// <summary>When releases are removed next, or null if none ever are.</summary>
    public DateTimeOffset? Next => GetNext(repository.Settings);

    RetentionSpec? Rules => repository.Settings.Retention;

    /// <summary>Finds what the next run removes, as things are now.</summary>
    /// <param name="mayChange">Whether a project is looked at.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public Task<ImmutableArray<ExpiredRelease>> FindAsync(
        Predicate<ProjectName> mayChange, CancellationToken cancellationToken) =>
        InTurnAsync<ImmutableArray<ExpiredRelease>>(
            async () => [.. await FindAllAsync(Rules, mayChange, cancellationToken).ToListAsync(cancellationToken)],
            cancellationToken);

    /// <summary>
    /// Removes what no rule keeps, and returns it. A release that changes meanwhile waits for the next run.
    /// </summary>
    /// <param name="mayChange">Whether a project is looked at.</param>
    /// <param name="by">The actor.</param>
    /// <param name="cancellationToken">Stops between two releases.</param>
    public Task<ImmutableArray<ExpiredRelease>> RemoveAsync(
        Predicate<ProjectName> mayChange, string by, CancellationToken cancellationToken) =>
        InTurnAsync(
            () => RemoveAsync(FindAllAsync(Rules, mayChange, cancellationToken), by, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Removes what was listed, and returns it. Null, and nothing is removed, if the list would be another one now.
    /// </summary>
    /// <param name="fingerprint">The list's <see cref="ExpiredRelease.GetFingerprint"/>.</param>
    /// <param name="mayChange">Whether a project is looked at.</param>
    /// <param name="by">The actor.</param>
    /// <param name="cancellationToken">Stops between two releases.</param>
    public Task<ImmutableArray<ExpiredRelease>?> RemoveListedAsync(
        string fingerprint, Predicate<ProjectName> mayChange, string by, CancellationToken cancellationToken) =>
        InTurnAsync<ImmutableArray<ExpiredRelease>?>(
            async () =>
            {
                var expired = await FindAllAsync(Rules, mayChange, cancellationToken).ToListAsync(cancellationToken);
                return ExpiredRelease.GetFingerprint(expired) == fingerprint
                    ? await RemoveAsync(expired.ToAsyncEnumerable(), by, cancellationToken)
                    : null;
            },
            cancellationToken);

    DateTimeOffset? GetNext(HostedSettings settings) => settings.Retention is null
        ? null
        : (settings.RetentionSince > _ranAt ? settings.RetentionSince : _ranAt) + Interval;

    /// <summary>Each run reads every project, so there is one at a time, however many ask.</summary>
    async Task<T> InTurnAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await run();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds the releases of one project after the other, as the projects are then.</summary>
    async IAsyncEnumerable<ExpiredRelease> FindAllAsync(
        RetentionSpec? rules, Predicate<ProjectName> mayChange,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (rules is null)
            yield break;
        var downloads = rules.KeepIfDownloadedWithin is { } time
            ? await statistics.ReadLastDownloadsAsync((int)Math.Ceiling(time.Value.TotalDays), cancellationToken)
            : null;
        var policy = new RetentionPolicy(rules, clock.GetUtcNow(), downloads);
        foreach (var project in repository.Records.Names.Names.Where(name => mayChange(name)))
        {
            if (await FindAsync(project, cancellationToken) is not { } snapshot)
                continue;
            foreach (var release in policy.FindExpired(snapshot))
                yield return release;
        }
    }

    async Task<ImmutableArray<ExpiredRelease>> RemoveAsync(
        IAsyncEnumerable<ExpiredRelease> expired, string by, CancellationToken cancellationToken)
    {
        var removed = ImmutableArray.CreateBuilder<ExpiredRelease>();
        var together = new List<ExpiredRelease>();
        await foreach (var release in expired)
        {
            if (together.Count == MaxTogether || (together.Count > 0 && together[0].Project != release.Project))
                await RemoveAllAsync();
            together.Add(release);
        }
        await RemoveAllAsync();
        return removed.ToImmutable();

        async Task RemoveAllAsync()
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RemoveTogetherAsync(together, by, removed);
            together.Clear();
        }
    }

    /// <summary>Removes releases of one project with one write.</summary>
    Task RemoveTogetherAsync(
        List<ExpiredRelease> releases, string by, ImmutableArray<ExpiredRelease>.Builder removed)
    {
        return releases.Count == 0 ? Task.CompletedTask : repository.Releases.DeleteUnchangedAsync(
            releases[0].Project, releases.ToDictionary(release => release.Version, release => release.Locations), by,
            Note);

        void Note(IReadOnlySet<string> deleted)
        {
            foreach (var release in releases.Where(release => deleted.Contains(release.Version)))
            {
                removed.Add(release);
                Log.Removed(logger, by, $"{release.Project} {release.Version}", release.Reason);
            }
        }
    }

    /// <summary>Removes what no rule keeps, if it is time.</summary>
    public async Task RunIfDueAsync(CancellationToken cancellationToken)
    {
        // Rules that change now are not applied before their time.
        var settings = repository.Settings;
        if (GetNext(settings) is not { } due || clock.GetUtcNow() < due)
            return;
        _ranAt = clock.GetUtcNow();
        await InTurnAsync(
            () => RemoveAsync(
                FindAllAsync(settings.Retention, _ => true, cancellationToken), "retention", cancellationToken),
            cancellationToken);
    }

    /// <summary>Returns a project; null if it is not known now what it has. Then nothing of it goes.</summary>
    async Task<ProjectSnapshot?> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.GetProjectAsync(project, null, cancellationToken)
                is ProjectAnswer.Known { Snapshot: { StaleSince: null } snapshot } ? snapshot : null;
        }
        catch (InvalidDataException error)
        {
            Log.Skipped(logger, project.Value, error.Message);
            return null;
        }
    }
}
