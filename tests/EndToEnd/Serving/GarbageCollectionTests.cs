using System.Globalization;
using System.Text.RegularExpressions;
using EndToEnd.Proxying;

namespace EndToEnd.Serving;

/// <summary>
/// The youngest generation of .NET's heap has the size that <c>Directory.Build.props</c> gives it, whoever starts the server.
/// </summary>
public sealed partial class GarbageCollectionTests
{
    const double Allocated = 50 << 20;

    /// <summary>4 MiB, of which .NET may make twice as much; its own default would be 16 MiB, or more.</summary>
    const int FewestCollections = 5;

    [Fact]
    public async Task It_is_collected_after_few_MiB()
    {
        var collections = await CountAsync([]);
        Assert.True(collections >= FewestCollections, $"{collections} collections");
    }

    /// <summary>So the count tells the size. A program that <c>dotnet build</c> makes ignores this variable.</summary>
    [Fact]
    public async Task It_is_collected_later_where_the_environment_makes_it_larger()
    {
        Assert.SkipUnless(BuiltProgram.IsCompiledAhead, "It needs the program of the image: see PYREPO_PROGRAMS.");
        var collections = await CountAsync(["env", "DOTNET_GCgen0size=8000000"]);
        Assert.True(collections < FewestCollections, $"{collections} collections");
    }

    /// <summary>
    /// Counts the collections of young objects while a proxy is asked for its metrics. A hosted repository collects them
    /// every two seconds, after each look at its folder.
    /// </summary>
    static async Task<double> CountAsync(string[] wrapper)
    {
        await using var server = await PyRepoServer.StartBelowAsync(
            ProxyManifest.Proxy("public", new Uri("http://127.0.0.1:1/simple/")), wrapper);
        var (allocated, collections) = await ReadAsync(server);
        var end = allocated + Allocated;
        var before = collections;
        while (allocated < end)
        {
            for (var request = 0; request < 100; request++)
                await server.Http.GetStringAsync(new Uri(server.Management, "metrics"));
            (allocated, collections) = await ReadAsync(server);
        }
        return collections - before;
    }

    static async Task<(double Allocated, double Collections)> ReadAsync(PyRepoServer server)
    {
        var metrics = await server.Http.GetStringAsync(new Uri(server.Management, "metrics"));
        var collections = Collections.Matches(metrics);
        Assert.Equal(2, collections.Count);
        return (GetNumber(Assert.Single(AllocatedBytes.Matches(metrics))), collections.Sum(GetNumber));
    }

    static double GetNumber(Match sample) =>
        double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total (?<value>\S+)$", RegexOptions.Multiline)]
    static partial Regex AllocatedBytes { get; }

    [GeneratedRegex(
        @"^dotnet_gc_collections_total\{generation=""gen[01]""\} (?<value>\S+)$", RegexOptions.Multiline)]
    static partial Regex Collections { get; }
}
