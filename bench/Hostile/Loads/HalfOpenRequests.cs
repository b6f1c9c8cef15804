using System.Net;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Requests from one address of which only the beginning ever comes.</summary>
sealed class HalfOpenRequests : HostileLoad
{
    static readonly IPAddress _stranger = IPAddress.Parse("127.0.0.9");

    public override string Name => "half-open-requests";

    public override string Title => "2,100 half-open requests from one address";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var count = context.Get(full: 2_100, quick: 600, gentle: 200);
        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await context.Pace.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            tally.Add(await AskAsync(context, deadline));
        }));
        return $"{tally}";
    }

    static async Task<string> AskAsync(LoadContext context, CancellationToken deadline)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(context.Server.Packages, deadline, from: _stranger);
            if (connection is null)
                return "no connection";
            await connection.SendAsync("GET /hosted/simple/ HTTP/1.1\r\nHost:", deadline);
            return $"{await connection.ReadToEndAsync(deadline) ?? "closed"}";
        }
        catch (OperationCanceledException)
        {
            return "still open at the end";
        }
    }
}
