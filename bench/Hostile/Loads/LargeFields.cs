using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Uploads with 15 MiB in a field that nothing reads, which stall before their last bytes.</summary>
sealed class LargeFields : HostileLoad
{
    const int Length = 15 << 20;

    public override string Name => "large-fields";

    public override string Title => "40 uploads with 15 MiB in a field, all at once";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var count = context.Get(full: 40, quick: 10, gentle: 4);
        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await context.Pace.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            tally.Add(await UploadAsync(context, deadline));
        }));
        return $"{tally}";
    }

    static async Task<string> UploadAsync(LoadContext context, CancellationToken deadline)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(context.Server.Packages, deadline);
            if (connection is null)
                return "no connection";
            await connection.SendAsync(
                HostileForm.WithField(context.Server, "fields", "description", Length), deadline);
            return $"{await connection.ReadToEndAsync(deadline) ?? "no answer"}, ended by the server";
        }
        catch (OperationCanceledException)
        {
            return "still open at the end";
        }
    }
}
