using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Admission;

/// <summary>Limits how long one waits for what others use, to <see cref="ServerLimits.MaxWorkWait"/>.</summary>
static class WaitLimit
{
    /// <summary>Waits.</summary>
    /// <param name="wait">Waits until its token is canceled.</param>
    /// <param name="clock">Measures how long.</param>
    /// <param name="cancellationToken">Canceled when nobody waits any more.</param>
    /// <exception cref="OverloadedException">It took too long.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static async Task<T> ApplyAsync<T>(
        Func<CancellationToken, Task<T>> wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ServerLimits.MaxWorkWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OverloadedException();
        }
    }

    /// <inheritdoc cref="ApplyAsync{T}"/>
    public static Task ApplyAsync(
        Func<CancellationToken, Task> wait, TimeProvider clock, CancellationToken cancellationToken) =>
        ApplyAsync(
            async either =>
            {
                await wait(either);
                return true;
            },
            clock, cancellationToken);
}
