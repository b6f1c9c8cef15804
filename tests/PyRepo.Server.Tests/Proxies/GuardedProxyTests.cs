using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>Tests of a proxy with the release guard, and of the index before it.</summary>
public abstract class GuardedProxyTests : IAsyncLifetime
{
    GuardedIndex? _index;

    private protected TemporaryFolder Folder { get; } = new();

    private protected FakeClock Clock { get; } = new();

    private protected GuardedIndex Index => _index!;

    private protected DateTimeOffset Now => Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _index = await GuardedIndex.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
