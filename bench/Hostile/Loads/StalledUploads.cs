using System.Text;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Uploads without a right to it that send 3 MB of 300 and then nothing.</summary>
sealed class StalledUploads : HostileLoad
{
    public override string Name => "stalled-uploads";

    public override string Title => "200 uploads with a wrong password that stall after 3 MB";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var count = context.Get(full: 200, quick: 40, gentle: 20);
        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async n =>
        {
            await context.Pace.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            tally.Add(await UploadAsync(context, n, deadline));
        }));
        return $"{tally}";
    }

    static async Task<string> UploadAsync(LoadContext context, int n, CancellationToken deadline)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(context.Server.Packages, deadline);
            if (connection is null)
                return "no connection";
            if (await connection.SendAsync(Head(context, n), deadline))
                await connection.SendAsync(new byte[3_000_000], deadline);
            var status = await connection.ReadToEndAsync(deadline);
            return $"{status ?? "no answer"}, ended by the server";
        }
        catch (OperationCanceledException)
        {
            return "still open at the end";
        }
    }

    static string Head(LoadContext context, int n)
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"publisher:wrong-{context.Round}-{n}"));
        return $"POST /hosted/ HTTP/1.1\r\nHost: {context.Server.Packages.Authority}\r\n"
            + $"Authorization: Basic {login}\r\n"
            + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 300000000\r\n\r\n--x\r\n";
    }
}
