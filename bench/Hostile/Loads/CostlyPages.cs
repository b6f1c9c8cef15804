using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Requests for what is long to make, all at once; each may differ from the others.</summary>
/// <param name="count">How many there are in full.</param>
/// <param name="path">The path of a request, by the round of the load and its own number.</param>
/// <param name="host">The host that a request names; null: the server's.</param>
sealed class CostlyPages(
    string name, string title, int count, Func<int, int, string> path, Func<int, string?> host) : HostileLoad
{
    const int LabelLength = 50;

    public override string Name => name;

    public override string Title => title;

    /// <summary>The JSON API, and the page at 20 dates.</summary>
    public static CostlyPages Documents => new(
        "documents", "40 requests at once for the JSON API and `@date` pages of a project of 20,000 files", count: 40,
        (_, n) => n % 2 == 0 ? "/proxy/pypi/large-0/json" : $"/proxy/@2025-01-{1 + n / 2 % 28:00}/simple/large-0/",
        host: _ => null);

    /// <summary>Absolute links for another host each, as long as a host may be.</summary>
    public static CostlyPages ForManyHosts => new(
        "many-hosts", "100 hosts of 255 letters, which a project of 20,000 files is asked for at", count: 100,
        (_, _) => "/proxy/pypi/large-0/json", host: n => GetHost(n));

    /// <summary>Pages for people of a release with nearly as many files as a page may have.</summary>
    public static CostlyPages WideReleases => new(
        "wide-releases", "12 pages for people of releases of 49,000 files", count: 12,
        (round, n) => $"/proxy/project/release-{round}-{n % 3}/", host: _ => null);

    /// <summary>Pages for people of a project whose files are yanked, with long reasons.</summary>
    public static CostlyPages LongReasons => new(
        "long-reasons", "12 pages for people of a project with 1,000 reasons of 30,000 letters", count: 12,
        (round, n) => $"/proxy/project/yanked-{round}-{n % 3}/", host: _ => null);

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        using var client = context.Anonymous();
        var requests = context.Get(full: count, quick: count / 4, gentle: count / 6);
        var tally = await Flood.RunAsync(
            context, requests, workers: requests,
            (n, cancellation) => client.GetAsync(path(context.Round, n), cancellation, host: host(n)), deadline);
        return $"{tally}";
    }

    static string GetHost(int n)
    {
        var label = new string('x', LabelLength);
        return $"host-{n:0000}.{label}.{label}.{label}.{label}.{new string('y', 26)}.localhost";
    }
}
