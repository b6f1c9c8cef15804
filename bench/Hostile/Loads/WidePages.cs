using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Pages with more files than any project has, at once.</summary>
sealed class WidePages : HostileLoad
{
    public override string Name => "wide-pages";

    public override string Title => "8 different pages of 300,000 files at once";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = context.Get(full: 16, quick: 8, gentle: 2);
        var tally = await Flood.RunAsync(
            context, count, workers: 8,
            (n, cancellation) => client.GetAsync($"/proxy/simple/wide-{context.Round}-{n}/", cancellation), deadline);
        return $"{tally} of {count}";
    }
}
