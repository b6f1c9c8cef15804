using System.Net;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Guesses at one user, each from another address.</summary>
sealed class GuessesFromEverywhere : HostileLoad
{
    public override string Name => "guesses-from-everywhere";

    public override string Title => "5,000 guesses at one user, each from another address";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var tally = await Flood.RunAsync(
            context, context.Get(full: 5_000, quick: 200, gentle: 200), workers: 16,
            async (n, cancellation) =>
            {
                var address = new IPAddress([127, 1, (byte)(n >> 8), (byte)n]);
                using var client = new RequestClient(
                    context.Server.Packages, context.Time, keepsConnections: false, from: address);
                return await client.GetAsync(
                    "/locked/simple/", cancellation, $"cost10:{context.Round}-{n}");
            },
            deadline);
        return $"{tally}";
    }
}
