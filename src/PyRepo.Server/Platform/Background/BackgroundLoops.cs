using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;

namespace PyRepo.Server.Platform.Background;

/// <summary>The background work of one repository, or of the whole server. Each loop is supervised alone.</summary>
/// <param name="repository">The repository's name. Empty for the whole server.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives failures.</param>
sealed class BackgroundLoops(string repository, TimeProvider clock, ILogger logger)
{
    ImmutableList<BackgroundLoop> _all = [];

    /// <summary>The loops that have not ended, and those that ran once.</summary>
    public IReadOnlyList<BackgroundLoop> All => _all;

    /// <summary>Repeats a pass at an interval until it is canceled. It throws nothing.</summary>
    public Task RunAsync(
        string name, Func<CancellationToken, Task> pass, TimeSpan interval, CancellationToken cancellationToken) =>
        RunAsync(name, pass, _ => interval, cancellationToken);

    /// <summary>
    /// Repeats a pass until it is canceled. The pause depends on how long the last pass took. It throws nothing.
    /// </summary>
    public async Task RunAsync(
        string name, Func<CancellationToken, Task> pass, Func<TimeSpan, TimeSpan> pause,
        CancellationToken cancellationToken)
    {
        var loop = Add(name);
        // In the background: a pass may be synchronous and long.
        await DetachedTask.Run(() => loop.RunAsync(pass, pause, cancellationToken));
        ImmutableInterlocked.Update(ref _all, static (all, ended) => all.Remove(ended), loop);
    }

    /// <summary>Repeats a pass until it succeeds or is canceled. It throws nothing.</summary>
    public async Task RunOnceAsync(
        string name, Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        var loop = Add(name);
        await DetachedTask.Run(() => loop.RunOnceAsync(pass, cancellationToken));
    }

    BackgroundLoop Add(string name)
    {
        var loop = new BackgroundLoop(name, repository, clock, logger);
        ImmutableInterlocked.Update(ref _all, static (all, added) => all.Add(added), loop);
        return loop;
    }
}
