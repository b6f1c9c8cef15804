using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>One page that asks to be asked again in 31 years, and others that should not care.</summary>
sealed class LongRetryAfter : HostileLoad
{
    public override string Name => "retry-after";

    public override string Title => "a page with `Retry-After: 999999999`, then 100 other pages";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var late = await Flood.RunAsync(
            context, count: 5, workers: 1,
            (_, cancellation) => client.GetAsync($"/proxy/simple/late-{context.Round}/", cancellation), deadline);
        var others = await Flood.RunAsync(
            context, context.Get(full: 100, quick: 20, gentle: 20), workers: 4,
            (n, cancellation) => client.GetAsync($"/proxy/simple/many-late{context.Round}-{n}/", cancellation),
            deadline);
        return $"it: {late}; others: {others}";
    }
}
