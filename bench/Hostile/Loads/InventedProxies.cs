using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>A caller who claims to have passed many proxies, and asks for what others ask for, too.</summary>
sealed class InventedProxies : HostileLoad
{
    public override string Name => "invented-proxies";

    public override string Title => "10,000 requests that claim to have passed sixteen proxies";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var passed = string.Join(", ", Enumerable.Range(0, 16).Select(n => $"pyrepo-{n:x16}"));
        using var client = new RequestClient(context.Server.Packages, context.Time, passed: passed);
        var tally = await Flood.RunAsync(
            context, context.Get(full: 10_000, quick: 500, gentle: 500), workers: 16,
            (n, cancellation) => client.GetAsync(
                $"/{(n % 2 == 0 ? "proxy" : "group")}/simple/honest-{n % 100}/", cancellation),
            deadline);
        return $"{tally}";
    }
}
