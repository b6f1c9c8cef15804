using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Files whose answer claims 200 MB, or as much as the whole cache, and sends 64 KB.</summary>
sealed class ClaimedFiles : HostileLoad
{
    static readonly string _noHash = new('0', 64);

    public override string Name => "claimed-files";

    public override string Title => "8 files whose answers claim 200 MB, or 67 MB, and stall";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = context.Get(full: 8, quick: 4, gentle: 4);
        var tally = await Flood.RunAsync(context, count, workers: 8, AskAsync, deadline);
        return $"{tally} of {count}";

        async Task<Outcome> AskAsync(int n, CancellationToken cancellation)
        {
            var project = $"{(n % 2 == 0 ? "claimed" : "claimedwhole")}-{context.Round}-{n}";
            await client.GetAsync($"/proxy/simple/{project}/", cancellation);
            return await client.GetAsync(HonestContent.GetFile(project, _noHash), cancellation);
        }
    }
}
