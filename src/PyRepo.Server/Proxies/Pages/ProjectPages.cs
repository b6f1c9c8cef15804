using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Upstream's pages of projects. If upstream is a find-links page, it is read once for all projects, and again only for
/// a project whose page is as old as the last reading. Who waits for a reading shares it, or its failure.
/// </summary>
sealed class ProjectPages(SimpleClient upstream, MemoryBudget budget, TimeProvider clock)
{
    /// <summary>How long a reading counts, whoever asks: anybody may ask for files that are not there.</summary>
    static readonly TimeSpan _justRead = TimeSpan.FromSeconds(1);

    readonly BudgetedCache<Uri, Reading> _readings = new(budget, isLowPriority: true);
    readonly SingleFlight<Uri, Reading> _reads = new();

    /// <summary>Reads a project's page, if it differs from the known one.</summary>
    /// <param name="project">The project.</param>
    /// <param name="known">The validators of the known page.</param>
    /// <param name="after">Find-links pages that were read until then are too old.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<UpstreamPage> GetAsync(
        ProjectName project, PageValidators? known, DateTimeOffset after, CancellationToken cancellationToken) =>
        upstream.IsFindLinks
            ? FindAsync(project, known, after, cancellationToken)
            : upstream.GetProjectAsync(project, known, cancellationToken);

    async Task<UpstreamPage> FindAsync(
        ProjectName project, PageValidators? known, DateTimeOffset after, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(after, cancellationToken);
        if (reading.Links.GetPage(project) is not { } page)
            return new UpstreamPage.NotKnown { ReadAt = reading.At };
        return known is { IsEmpty: false } && known == reading.Validators
            ? new UpstreamPage.Unchanged { ReadAt = reading.At }
            : new UpstreamPage.Fresh(page, reading.Validators, upstream.Slots.Open()) { ReadAt = reading.At };
    }

    async Task<Reading> ReadAsync(DateTimeOffset after, CancellationToken cancellationToken)
    {
        var url = upstream.Url;
        return _readings.TryGet(url, out var last) && IsNewEnough(last.At, after)
            ? last
            : await _reads.JoinAsync(url, () => ReadAsync(url)).WaitAsync(cancellationToken);
    }

    async Task<Reading> ReadAsync(Uri url)
    {
        var last = _readings.TryGet(url, out var kept) ? kept : null;
        var read = await upstream.GetLinksAsync(last?.Validators, CancellationToken.None);
        var now = clock.GetUtcNow();
        var reading = read is var (links, validators)
            ? new Reading(links, validators, now)
            : last! with { At = now };
        _readings.Set(url, reading, reading.Links.Weight);
        return reading;
    }

    bool IsNewEnough(DateTimeOffset readAt, DateTimeOffset after)
    {
        var now = clock.GetUtcNow();
        return readAt <= now && (readAt > after || now - readAt < _justRead);
    }

    sealed record Reading(FoundLinks Links, PageValidators Validators, DateTimeOffset At);
}
