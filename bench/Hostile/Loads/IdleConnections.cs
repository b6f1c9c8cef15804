using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>More connections than the server has descriptors, on which nothing is ever said.</summary>
sealed class IdleConnections : HostileLoad
{
    public override string Name => "idle-connections";

    public override string Title => "2,000 idle connections, at a limit of 1,024 descriptors";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        // In a mixture, what honest clients see shall not be this load alone.
        var count = context.Get(full: 2_000, quick: 2_000, gentle: 200);
        var connections = await OpenAsync(context, count, deadline);
        await Task.Delay(context.Time / 2, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var live = await LivenessAsync(context);
        foreach (var connection in connections)
            connection.Dispose();
        return $"{connections.Count} of {count} opened; /healthz/live meanwhile: {live}";
    }

    static async Task<List<RawConnection>> OpenAsync(LoadContext context, int count, CancellationToken deadline)
    {
        var connections = new List<RawConnection>();
        // Beyond what the system queues for the server, connecting waits.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        patience.CancelAfter(context.Time / 3);
        try
        {
            for (var n = 0; n < count; n++)
            {
                await context.Pace.WaitAsync(patience.Token);
                if (await RawConnection.OpenAsync(context.Server.Packages, patience.Token) is { } connection)
                    connections.Add(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // As many as it takes.
        }
        return connections;
    }

    static async Task<string> LivenessAsync(LoadContext context)
    {
        using var client = new RequestClient(
            context.Server.Management, TimeSpan.FromSeconds(5), keepsConnections: false);
        return (await client.GetAsync("/healthz/live", CancellationToken.None)).What;
    }
}
