using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Files without a length that never end; their clients leave at once.</summary>
sealed class UnendingFiles : HostileLoad
{
    static readonly string _noHash = new('0', 64);

    /// <summary>How long a client waits for the first bytes.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public override string Name => "unending-files";

    public override string Title => "8 files that never end, whose clients left after the first bytes, or 2 s";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = new RequestClient(context.Server.Packages, _patience);
        var count = context.Get(full: 8, quick: 4, gentle: 2);
        var tally = await Flood.RunAsync(context, count, workers: 8, AskAsync, deadline);
        // What the server goes on to fetch for nobody shows in what its data takes.
        await Task.Delay(Timeout.Infinite, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return $"{tally} of {count}";

        async Task<Outcome> AskAsync(int n, CancellationToken cancellation)
        {
            var project = $"unending-{context.Round}-{n}";
            await client.GetAsync($"/proxy/simple/{project}/", cancellation);
            return await client.PeekAsync(HonestContent.GetFile(project, _noHash), cancellation);
        }
    }
}
