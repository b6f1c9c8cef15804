using Bench.Hostile.Measuring;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Clients that ask for much and read nothing.</summary>
sealed class SlowReaders : HostileLoad
{
    const int Window = 4_096;

    public override string Name => "slow-readers";

    public override string Title => "200 clients that read nothing of a page of 20,000 files or a file of 50 MB";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var count = context.Get(full: 200, quick: 40, gentle: 20);
        var file = HonestContent.GetLargeFile(context.Server);
        var before = ServerState.GetDescriptors(context.Server);
        var clients = await Task.WhenAll(Enumerable.Range(0, count).Select(
            n => AskAsync(context, n % 2 == 0 ? "/proxy/simple/large-0/" : file, deadline)));
        await Task.Delay(Timeout.Infinite, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var after = ServerState.GetDescriptors(context.Server);
        foreach (var client in clients)
            client?.Dispose();
        return $"{clients.Count(client => client is not null)} asked; "
            + $"the server's descriptors: {before} before, {after} after {context.Time.TotalSeconds} s";
    }

    static async Task<RawConnection?> AskAsync(LoadContext context, string path, CancellationToken deadline)
    {
        try
        {
            await context.Pace.WaitAsync(deadline);
            var connection = await RawConnection.OpenAsync(context.Server.Packages, deadline, Window);
            if (connection is not null)
                await connection.SendAsync(
                    $"GET {path} HTTP/1.1\r\nHost: {context.Server.Packages.Authority}\r\n\r\n", deadline);
            return connection;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
