namespace PyRepo.Egress;

/// <summary>
/// Reads a body, and gives up when its sender says nothing for too long. The time that the reader takes between two
/// reads does not count, for example for its own disk.
/// </summary>
/// <param name="limit">The longest silence.</param>
/// <param name="clock">Measures the silence.</param>
/// <param name="sender">The sender, at the beginning of a message.</param>
sealed class SilenceLimit(TimeSpan limit, TimeProvider clock, string sender = "Upstream")
{
    /// <summary>Reads what has arrived, or waits for it.</summary>
    /// <returns>0 at the end.</returns>
    /// <exception cref="UpstreamUnavailableException">Nothing arrived.</exception>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamUnavailableException($"{sender} sent nothing for {limit.TotalSeconds} s.");
        }
    }
}
