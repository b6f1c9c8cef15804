namespace Bench.Hostile.Clients;

/// <summary>Lets through so many a second, whoever asks.</summary>
sealed class Pace(double perSecond)
{
    readonly Lock _lock = new();
    DateTime _next = DateTime.MinValue;

    public static Pace Unlimited { get; } = new(double.PositiveInfinity);

    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (double.IsInfinity(perSecond))
            return;
        TimeSpan wait;
        lock (_lock)
        {
            var now = DateTime.UtcNow;
            _next = (_next > now ? _next : now) + TimeSpan.FromSeconds(1 / perSecond);
            wait = _next - now;
        }
        await Task.Delay(wait, cancellation);
    }
}
