using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Leases;

/// <summary>
/// One leader among several processes, by a Lease. A leader that can't renew it stops before another can take it; one
/// that is canceled releases it; candidates that wait watch it.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="lease">The Lease.</param>
/// <param name="identity">Of this process and of no other that ever was: the pod's name and something random.</param>
/// <param name="clock">For how long the Lease holds.</param>
/// <param name="logger">Told who leads.</param>
/// <param name="timings">How leadership is held.</param>
public sealed class LeaderElection(
    KubernetesClient client, ObjectKey lease, string identity, TimeProvider clock, ILogger logger,
    LeaderElectionConfig? timings = null)
{
    readonly LeaderElectionConfig _timings = timings ?? new LeaderElectionConfig();
    readonly LeaseLock _lock = new(client, lease, identity, clock, timings ?? new LeaderElectionConfig());
    long _renewed;
    volatile bool _holds;

    /// <summary>Whether this process may act now: by the clock, also where no timer could run.</summary>
    public bool IsLeading => _holds && clock.GetElapsedTime(Interlocked.Read(ref _renewed)) < _timings.RenewDeadline;

    /// <summary>Waits until this process leads, and leads. Runs once.</summary>
    /// <param name="lead">
    /// The work of the leader. Its token is canceled when it is to stop; it must return within the rest of the Lease (5
    /// s) when leadership is lost, and may take its time when <paramref name="cancellationToken"/> ends it: the Lease
    /// is held until it returns.
    /// </param>
    /// <param name="cancellationToken">Ends waiting or leading.</param>
    /// <exception cref="Exception">
    /// Whatever <paramref name="lead"/> throws; the Lease is not released then, but ends by itself.
    /// </exception>
    public async Task<LeadershipOutcome> RunAsync(
        Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        _timings.Check();
        if (!await AcquireAsync(cancellationToken))
            return LeadershipOutcome.Released;
        Log.Leads(logger, identity, lease);
        var end = await LeadAsync(lead, cancellationToken);
        if (end is LeadershipOutcome.Lost)
            Log.Lost(logger, identity, lease);
        else
            await ReleaseAsync();
        return end;
    }

    /// <returns>False: canceled before.</returns>
    async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        var holder = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await TryAcquireAsync(cancellationToken))
                    return true;
                if (_lock.Observed.Holder is { Length: > 0 } other && other != holder)
                    Log.Waits(logger, identity, holder = other, lease);
                await _lock.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
        return false;
    }

    async Task<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(_timings.RenewDeadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (!await _lock.TryAcquireAsync(either.Token))
                return false;
            Renewed(began);
            return true;
        }
        catch (Exception error) when (IsOutage(error, cancellationToken))
        {
            Log.NotAcquired(logger, lease, error.Message);
            return false;
        }
    }

    async Task<LeadershipOutcome> LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        // Falls due unless each renewal puts it off: no request that hangs can keep it from that.
        using var deadline = new CancellationTokenSource(UntilDeadline(), clock);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var renewing = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var work = Task.Run(() => lead(leading.Token), CancellationToken.None);
        var renewal = RenewAsync(deadline, renewing.Token);
        try
        {
            await await Task.WhenAny(work, EndOfLeaseAsync(deadline.Token));
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // It stopped because it was canceled.
        }
        finally
        {
            await renewing.CancelAsync();
            await renewal;
            _holds = false;
        }
        return deadline.IsCancellationRequested ? LeadershipOutcome.Lost : LeadershipOutcome.Released;
    }

    /// <summary>
    /// Ends when leadership is lost and another may lead: whatever still works then dies with the process.
    /// </summary>
    async Task EndOfLeaseAsync(CancellationToken lost)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(_timings.Duration - _timings.RenewDeadline, clock, CancellationToken.None);
    }

    async Task RenewAsync(CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_timings.RetryPeriod, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            if (await TryRenewAsync(deadline, cancellationToken))
                continue;
            await deadline.CancelAsync();
            return;
        }
    }

    /// <returns>False: somebody else holds the Lease.</returns>
    async Task<bool> TryRenewAsync(CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        // Half the deadline, so that a connection that hangs leaves time for another try.
        using var limit = new CancellationTokenSource(_timings.RenewDeadline / 2, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (await _lock.TryRenewAsync(either.Token))
            {
                Renewed(began);
                deadline.CancelAfter(UntilDeadline());
            }
            return !_lock.IsHeldByOther;
        }
        catch (Exception error) when (IsOutage(error, cancellationToken))
        {
            Log.NotRenewed(logger, lease, error.Message);
        }
        catch (OperationCanceledException)
        {
            // Leading ends, or its deadline passed meanwhile.
        }
        return true;
    }

    async Task ReleaseAsync()
    {
        // Time for three requests to a slow server: the answer to the last renewal may have been lost.
        using var limit = new CancellationTokenSource(_timings.RenewDeadline, clock);
        try
        {
            await _lock.ReleaseAsync(limit.Token);
            Log.Released(logger, identity, lease);
        }
        catch (Exception error) when (IsOutage(error, CancellationToken.None))
        {
            Log.NotReleased(logger, lease, error.Message);
        }
    }

    void Renewed(long began)
    {
        Interlocked.Exchange(ref _renewed, began);
        _holds = true;
    }

    TimeSpan UntilDeadline()
    {
        var left = _timings.RenewDeadline - clock.GetElapsedTime(Interlocked.Read(ref _renewed));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // A cancellation that the caller did not request is a request that took too long.
    static bool IsOutage(Exception error, CancellationToken cancellationToken) => LeaseLock.IsOutage(error)
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

/// <summary>How leading ended.</summary>
public enum LeadershipOutcome
{
    /// <summary>It was canceled, and the next candidate may lead at once.</summary>
    Released,

    /// <summary>The Lease could not be renewed in time, or somebody else holds it. The process is to exit.</summary>
    Lost,
}

/// <summary>How leadership is held (client-go's values).</summary>
public sealed record LeaderElectionConfig
{
    /// <summary>How long a Lease holds after its last renewal; whole seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long without a renewal a leader stops; before the Lease ends, so that no two lead.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is renewed.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A pause between two tries of one that does not lead: up to 2.2 times as long as the period, so that no two stay
    /// in step.
    /// </summary>
    public TimeSpan Pause() => RetryPeriod * (1 + 1.2 * Random.Shared.NextDouble());

    /// <exception cref="ArgumentException">
    /// They do not follow one another: Duration &gt; RenewDeadline &gt; 1.2 × RetryPeriod.
    /// </exception>
    internal void Check()
    {
        if (Duration <= RenewDeadline || RenewDeadline <= RetryPeriod * 1.2 || Duration.Milliseconds != 0)
            throw new ArgumentException($"These timings don't keep two leaders apart: {this}");
    }
}
