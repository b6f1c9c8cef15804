using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Names for which upstream answers 500, or hangs up.</summary>
sealed class FailingNames : HostileLoad
{
    public override string Name => "failing-names";

    public override string Title => "10,000 names for which upstream answers 500 or hangs up";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var tally = await Flood.RunAsync(
            context, context.Get(full: 10_000, quick: 300, gentle: 300), workers: 16,
            (n, cancellation) => client.GetAsync(
                $"/proxy/simple/{(n % 2 == 0 ? "failing" : "hangingup")}-{context.Round}-{n}/", cancellation),
            deadline);
        return $"{tally}";
    }
}
