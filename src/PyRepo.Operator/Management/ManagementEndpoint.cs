using System.Buffers;
using System.Net;
using PyRepo.Metrics;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Management;

/// <summary>The operator's own port: <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
static class ManagementEndpoint
{
    /// <summary>Room for the metrics of some resources. Below 85,000 bytes it is collected soon.</summary>
    const int InitialLength = 64 << 10;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public static HttpPort Start(IPEndPoint listen, Func<OperatorHost?> current, MetricRegistry metrics) =>
        HttpPort.Open(listen, path => Answer(path, current(), metrics), TimeProvider.System);

    static HttpAnswer Answer(string path, OperatorHost? host, MetricRegistry metrics) => path switch
    {
        "/livez" => host?.IsAlive is not false
            ? Ok : new(HttpStatusCode.ServiceUnavailable, "A watch has received nothing for 20 minutes.\n"),
        "/readyz" => Readiness(host),
        "/metrics" => Scrape(metrics),
        _ => new(HttpStatusCode.NotFound, "There are /livez, /readyz and /metrics.\n"),
    };

    static HttpAnswer Scrape(MetricRegistry metrics)
    {
        var body = new ArrayBufferWriter<byte>(InitialLength);
        metrics.WriteTo(body);
        return new(HttpStatusCode.OK, body.WrittenMemory, ExpositionText.ContentType);
    }

    static HttpAnswer Readiness(OperatorHost? host)
    {
        string[] unlisted = [.. host?.Unlisted ?? ["Nothing was listed yet"]];
        return unlisted.Length == 0
            ? Ok : new(HttpStatusCode.ServiceUnavailable, string.Concat(unlisted.Select(kind => $"{kind}.\n")));
    }

    static HttpAnswer Ok => new(HttpStatusCode.OK, "ok\n");
}
