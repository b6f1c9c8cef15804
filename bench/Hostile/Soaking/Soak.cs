using Bench.Hostile.Measuring;
using Bench.Hostile.Upstream;

namespace Bench.Hostile.Soaking;

/// <summary>
/// Hostile and honest load on one server: some minutes to warm up and a quiet one, then the time itself and a quiet
/// minute again. What the server holds in both quiet minutes should be the same.
/// </summary>
sealed class Soak(BenchOptions options, UpstreamProcess upstream)
{
    TimeSpan WarmUp => TimeSpan.FromMinutes(Math.Min(5, options.Minutes / 4.0));

    /// <summary>
    /// Longer than the server keeps connections to upstream, and than its memory takes to be returned.
    /// </summary>
    TimeSpan Quiet => TimeSpan.FromSeconds(options.Quick ? 10 : 60);

    public async Task RunAsync()
    {
        using var server = new ServerUnderTest(options.Server, Path.Combine(options.Work, "soak"), upstream.Index);
        var content = await HonestContent.PrepareAsync(server, Path.Combine(options.Work, "wheels"));
        using var reference =
            await NginxReference.StartAsync(server, content, Path.Combine(options.Work, "reference"));
        using var honest =
            new HonestMix(server, content, reference, upstream, Path.Combine(options.Work, "wheels"));
        using var changes = new ConfigurationChanges(server, upstream);
        var hostile = new HostileMix(server, upstream);
        var chronicle = new Chronicle(options, server, honest);
        using var over = new CancellationTokenSource();
        var writing = chronicle.RunAsync(over.Token);

        var warm = await LoadAsync("warm-up", WarmUp);
        var end = await LoadAsync("load", TimeSpan.FromMinutes(options.Minutes));

        await over.CancelAsync();
        await writing;
        var results = new SoakResults
        {
            Options = options,
            Warm = warm,
            End = end,
            Death = server.Death,
            Honest = honest.Whole,
            Reference = reference.Seen,
            InternalErrors = server.Death is null ? server.InternalErrors() : null,
            Changes = changes,
            Hostile = [.. hostile.Seen],
        };
        results.Write();

        async Task<ServerState> LoadAsync(string phase, TimeSpan time)
        {
            var before = ServerState.From(server) ?? default;
            chronicle.Phase = phase;
            using var stopping = new CancellationTokenSource(time);
            // A server that ends, ends the run.
            var death = writing.ContinueWith(_ => stopping.Cancel(), stopping.Token,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await Task.WhenAll(
                honest.RunAsync(stopping.Token), hostile.RunAsync(stopping.Token), changes.RunAsync(stopping.Token));
            await death.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            chronicle.Phase = "quiet";
            if (server.Death is null)
                await Task.Delay(Quiet);
            return ServerState.From(server) ?? before;
        }
    }
}
