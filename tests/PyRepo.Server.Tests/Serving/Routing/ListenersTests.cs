using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Routing;

namespace PyRepo.Server.Tests.Serving.Routing;

public sealed class ListenersTests
{
    /// <summary>
    /// It counts no bytes that are sent from the disk: clients with a line of 1 MB/s were disconnected after seconds.
    /// </summary>
    [Fact]
    public void Kestrels_own_minimum_rate_of_responses_is_off()
    {
        var kestrel = new KestrelServerOptions();
        Listeners.Configure(
            kestrel,
            new ServeOptions
            {
                Manifests = [],
                Data = "",
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Management = new IPEndPoint(IPAddress.Loopback, 0),
            },
            certificate: null);
        Assert.Null(kestrel.Limits.MinResponseDataRate);
    }
}
