using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Serving.Stores;
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
        await using var host = new ProxyHost(
            new RepositoryStore
            {
                Store = store,
                Location = _folder["data"],
                Owner = new StoreFormat(StorageLayout.Version, "ProxyRepository", null, "pypi"),
            },
            "pypi", _upstream, new MemoryBudget(1 << 20), _clock, NullLogger.Instance);
        var spec = new ProxyRepositorySpec
        {
            Upstream = new() { Url = _upstream.Url.AbsoluteUri },
            Cache = new() { MaxSize = maxSize is { } bytes ? Resources.Values.Quantity.FromBytes(bytes) : null },
        };
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

    sealed class Volume(IStore inner) : DelegatingStore(inner)
    {
        public long Size { get; set; }

        public override ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) =>
            new(new StoreSpace(Size, Size));
    }
}
