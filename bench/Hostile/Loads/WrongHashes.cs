using System.Globalization;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>URLs of one file, each with another hash that is wrong.</summary>
sealed class WrongHashes : HostileLoad
{
    const string Project = "honest-0";

    public override string Name => "wrong-hashes";

    public override string Title => "10,000 wrong hashes in URLs of one project";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var count = context.Get(full: 10_000, quick: 500, gentle: 200);
        var before = Asked(context);
        var tally = await Flood.RunAsync(
            context, count, workers: 8, (n, cancellation) => client.GetAsync(
                HonestContent.GetFile(Project, GetHash(context.Round * count + n)), cancellation),
            deadline);
        return $"{tally}; {Asked(context) - before} requests to upstream, the honest client's among them";
    }

    static int Asked(LoadContext context) =>
        context.Upstream.Seen("page/honest") + context.Upstream.Seen("file/honest");

    static string GetHash(int n) => n.ToString("x16", CultureInfo.InvariantCulture);
}
