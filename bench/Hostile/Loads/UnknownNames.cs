using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Short names that nobody has, while upstream answers 404 or does not answer.</summary>
sealed class UnknownNames(bool isDown) : HostileLoad
{
    public override string Name => isDown ? "names-while-down" : "unknown-names";

    public override string Title =>
        $"100,000 unknown names while upstream {(isDown ? "refuses connections" : "answers 404")}";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        if (isDown)
            context.Upstream.Stop();
        try
        {
            var count = context.Get(full: 100_000, quick: 1_000, gentle: 1_000);
            var tally = await Flood.RunAsync(
                context, count, workers: 16,
                (n, cancellation) => client.GetAsync(
                    $"/proxy/simple/unknown-{(isDown ? 'd' : 'u')}{context.Round}-{n}/", cancellation),
                deadline);
            return $"{tally}";
        }
        finally
        {
            context.Upstream.Start();
        }
    }
}
