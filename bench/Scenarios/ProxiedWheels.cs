using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>The wheels of an upstream that proxies are asked for.</summary>
static class ProxiedWheels
{
    public static Wheel Upload(BenchOptions options, IndexServer upstream, string project, string version, long size)
    {
        var seed = options.Seed + project.Sum(letter => letter);
        var wheel = new WheelMaker(Path.Combine(options.Work, "proxied"), seed).Make(project, version, size);
        using var client = new UploadClient(upstream);
        client.Upload(wheel);
        return wheel;
    }
}
