using System.Net;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Platform.Logging;
using PyRepo.Server.Tests.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Runtime;

public sealed class BrokenPlatformTests : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly WrittenLines _log = new();
    readonly ILoggerFactory _loggers;
    readonly RepositorySupervisor _running;
    readonly ConfigurationWatcher _watch;

    public BrokenPlatformTests()
    {
        var options = new ServeOptions
        {
            Manifests = [_folder.Folder("mounted")],
            Data = _folder["data"],
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Management = new IPEndPoint(IPAddress.Loopback, 0),
        };
        var loggers = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
        var clock = new FakeClock();
        _running = new(
            options, new RepositoryRegistry(), new MemoryBudget(1 << 20), new BurnedTokens(clock), clock, loggers);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _watch = new(options, _running, clock, _loggers.CreateLogger<ConfigurationWatcher>());
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _loggers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_broken_platform_json_is_logged_once_and_stays_in_the_status_until_fixed()
    {
        await File.WriteAllTextAsync(_folder["mounted/resource.yaml"], Manifests.Repository("team-a"));
        await PutAsync("""{"allowedDestinations": ["10.0.0.0/8"]}""");
        Assert.Empty(_watch.Problems);
        for (var i = 0; i < 5; i++)
            await PutAsync("""{"allowedDestinations": [""");
        Assert.Equal("platform.json", Assert.Single(_watch.Problems).Source);
        Assert.Single(_log.Lines, line => line.Message.Contains("platform.json", StringComparison.Ordinal));
        Assert.Equal("10.0.0.0/8", Assert.Single(_running.Current!.AllowedDestinations));
        await PutAsync("""{"allowedDestinations": ["192.168.0.0/16"]}""");
        Assert.Empty(_watch.Problems);
        Assert.Equal("192.168.0.0/16", Assert.Single(_running.Current.AllowedDestinations));
    }

    Task PutAsync(string platform)
    {
        File.WriteAllText(_folder["mounted/platform.json"], platform);
        return _watch.PollAsync();
    }
}
