using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Names of 7 KB, each another, at the proxy and at the group.</summary>
sealed class LongNames : HostileLoad
{
    const int Length = 7_000;

    public override string Name => "long-names";

    public override string Title => "10,000 names of 7 KB, each at the proxy and at the group";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = 2 * context.Get(full: 10_000, quick: 200, gentle: 200);
        var tally = await Flood.RunAsync(context, count, workers: 16, AskAsync, deadline);
        return $"{tally}";

        Task<Outcome> AskAsync(int n, CancellationToken cancellation)
        {
            var start = $"long-{context.Round}-{n / 2}-";
            var repository = n % 2 == 0 ? "proxy" : "group";
            return client.GetAsync(
                $"/{repository}/simple/{start}{new string('x', Length - start.Length)}/", cancellation);
        }
    }
}
