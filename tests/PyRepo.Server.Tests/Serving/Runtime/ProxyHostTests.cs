using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Serving.Stores;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Runtime;

public sealed class ProxyHostTests : IDisposable
{
    static readonly UpstreamSettings _upstream = new()
    {
        Url = new Uri("https://pypi.example/simple/"),
        Timeout = TimeSpan.FromSeconds(30),
        Fingerprint = "",
        EgressPolicy = new EgressPolicy(inCluster: false, [], []),
    };

    readonly TemporaryFolder _folder = new();
    readonly SteppedClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, 80, 160)]
    [InlineData(50L, 50, 50)]
    public async Task A_cache_without_a_size_of_its_own_takes_its_share_of_a_volume_that_grows(
        long? maxSize, long before, long after)
    {
        var store = new Volume(new DirectoryStore(_folder["data"])) { Size = 100 };
        await using var host = Open(store, _upstream, _clock);
        var spec = GetSpec(_upstream, maxSize);
        await host.UseAsync(spec, _upstream, Policy.Default, null, null);
        Assert.Equal(before, host.MaxCacheSize);
        await host.StartAsync();
        store.Size = 200;
        await Eventually.IsAsync("the volume is measured again", async () =>
        {
            await _clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(1));
            return host.Space?.Size == 200;
        });
        Assert.Equal(after, host.MaxCacheSize);
    }

    [Fact]
    public async Task A_mirror_that_does_not_fit_says_how_many_files_it_lacks_and_what_to_raise()
    {
        await using var index = await ScriptedIndex.StartAsync();
        index.Answer = context =>
        {
            context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
            return context.Response.WriteAsync(context.Request.Path == "/simple/"
                ? """{ "meta": { "api-version": "1.1" }, "projects": [ { "name": "foo" } ] }"""
                : """
                  { "meta": { "api-version": "1.1" }, "name": "foo", "files": [
                    { "filename": "foo-1.0.tar.gz", "url": "/1", "size": 50000, "hashes": {} },
                    { "filename": "foo-2.0.tar.gz", "url": "/2", "size": 50000, "hashes": {} } ] }
                  """);
        };
        await using var host = Open(new DirectoryStore(_folder["data"]), index.Settings, TimeProvider.System);
        var spec = GetSpec(index.Settings, maxSize: 10_000) with { Mode = ProxyMode.Mirror };
        await host.UseAsync(spec, index.Settings, Policy.Default, null, null);
        Assert.Null(host.FindCacheLimit());
        await host.StartAsync();
        await Eventually.IsAsync("both files were too large", () => Task.FromResult(host.FindCacheLimit()
            is "For 2 files of the mirror there is no room in 10000 bytes. Raise spec.cache.maxSize, or mirror less."));
    }

    ProxyHost Open(IStore store, UpstreamSettings upstream, TimeProvider clock) => new(
        new RepositoryStore
        {
            Store = store,
            Location = _folder["data"],
            Owner = new StoreFormat(StorageLayout.Version, "ProxyRepository", null, "pypi"),
        },
        "pypi", upstream, new MemoryBudget(1 << 20), clock, NullLogger.Instance);

    static ProxyRepositorySpec GetSpec(UpstreamSettings upstream, long? maxSize) => new()
    {
        Upstream = new() { Url = upstream.Url.AbsoluteUri },
        Cache = new() { MaxSize = maxSize is { } bytes ? Resources.Values.Quantity.FromBytes(bytes) : null },
    };

    sealed class Volume(IStore inner) : DelegatingStore(inner)
    {
        public long Size { get; set; }

        public override ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) =>
            new(new StoreSpace(Size, Size));
    }
}
