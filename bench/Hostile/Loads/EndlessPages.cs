using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Pages that never end, as they arrive or as they inflate.</summary>
sealed class EndlessPages : HostileLoad
{
    static readonly string[] _kinds =
        ["endlessjson", "endlesshtml", "endlesscomments", "endlessgzip", "endlessnothing"];

    public override string Name => "endless-pages";

    public override string Title => "endless pages, 8 at once: JSON, HTML, comments, gzip of much and of nothing";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = context.Get(full: 32, quick: 8, gentle: 4);
        var tally = await Flood.RunAsync(
            context, count, workers: 8,
            (n, cancellation) => client.GetAsync(
                $"/proxy/simple/{_kinds[n % _kinds.Length]}-{context.Round}-{n}/", cancellation),
            deadline);
        return $"{tally} of {count}";
    }
}
