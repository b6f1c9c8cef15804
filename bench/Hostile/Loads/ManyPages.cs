using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Names that upstream has, each asked for once.</summary>
sealed class ManyPages : HostileLoad
{
    public override string Name => "many-pages";

    public override string Title => "5,000 pages that upstream has, each once";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = context.Get(full: 5_000, quick: 200, gentle: 200);
        var tally = await Flood.RunAsync(
            context, count, workers: 8,
            (n, cancellation) => client.GetAsync($"/proxy/simple/many-{context.Round}-{n}/", cancellation), deadline);
        return $"{tally}";
    }
}
