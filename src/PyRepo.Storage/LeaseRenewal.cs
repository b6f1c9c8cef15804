namespace PyRepo.Storage;

/// <summary>Renews a lease until it is disposed, and gives it back then: for a process that ends with its work.</summary>
public sealed class LeaseRenewal : IAsyncDisposable
{
    readonly CancellationTokenSource _ending = new();
    readonly StoreLease _lease;
    readonly Task _renewing = Task.CompletedTask;

    /// <summary>Begins to renew a lease.</summary>
    public LeaseRenewal(StoreLease lease)
    {
        _lease = lease;
        if (lease.RenewalInterval is { } interval)
            _renewing = RenewAsync(interval, _ending.Token);
    }

    /// <inheritdoc cref="StoreLease.ConfirmWriteAsync"/>
    public ValueTask ConfirmWriteAsync(CancellationToken cancellationToken) =>
        _lease.ConfirmWriteAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // If the last server did not end in order, that is still for the next one to know.
        await _lease.ReleaseAsync(inOrder: _lease.WasReleased);
        _ending.Dispose();
    }

    async Task RenewAsync(TimeSpan interval, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(ending))
        {
            try
            {
                await _lease.RenewAsync(ending);
            }
            catch (IOException)
            {
                // The next renewal may succeed. Whoever writes confirms the lease, and fails if it is lost.
            }
        }
    }
}
