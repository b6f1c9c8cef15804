using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Cluster;

/// <summary>
/// The API of custom metrics, which in other clusters an adapter for Prometheus serves. The pods of a selector share the
/// load that a test says.
/// </summary>
sealed class ScriptedMetrics : IAsyncDisposable
{
    const string Version = "v1beta2";
    const string Group = "custom.metrics.k8s.io";
    const string ApiService = $"{Version}.{Group}";
    const string Namespaces = $"/apis/{Group}/{Version}/namespaces/";

    readonly WebApplication _server;
    readonly X509Certificate2 _certificate = MakeCertificate();
    int _load;
    int _asked;

    ScriptedMetrics(IPAddress address, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(address, port, listen => listen.UseHttps(_certificate)));
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>What all pods of a resource have to do together.</summary>
    public int Load
    {
        set => Volatile.Write(ref _load, value);
    }

    /// <summary>How often an autoscaler asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Serves it, and announces it to the cluster.</summary>
    /// <param name="ns">Where its Service is.</param>
    public static async Task<ScriptedMetrics> StartAsync(ClusterNamespace ns)
    {
        var (address, port) = (await Kubectl.AddressOfThisMachineAsync(), FreePort.Take());
        var metrics = new ScriptedMetrics(address, port);
        await metrics._server.StartAsync();
        await ns.ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: metrics }
            spec: { ports: [ { port: 443, targetPort: {{port}} } ] }
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: { name: metrics, labels: { kubernetes.io/service-name: metrics } }
            addressType: IPv4
            endpoints: [ { addresses: [ "{{address}}" ], conditions: { ready: true } } ]
            ports: [ { port: {{port}}, protocol: TCP } ]
            """);
        await ns.ApplyAsync($$"""
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: { name: {{ApiService}} }
            spec:
              group: {{Group}}
              version: {{Version}}
              service: { name: metrics, namespace: {{ns.Name}} }
              groupPriorityMinimum: 100
              versionPriority: 100
              insecureSkipTLSVerify: true
            """);
        await Kubectl.AskAsync("wait", "--for=condition=Available", KubectlTimeout.Option, $"apiservice/{ApiService}");
        return metrics;
    }

    /// <summary>An API that is announced and down holds up the end of every namespace.</summary>
    public async ValueTask DisposeAsync()
    {
        await Kubectl.AskAsync("delete", "apiservice", ApiService);
        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var answer = path == $"/apis/{Group}/{Version}" ? Resources
            : path.StartsWith(Namespaces, StringComparison.Ordinal) ? await ValuesAsync(context.Request, path) : null;
        context.Response.StatusCode = answer is null ? 404 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer?.ToJsonString() ?? "{}");
    }

    static JsonObject Resources => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = $"{Group}/{Version}",
        ["resources"] = new JsonArray(new JsonObject
        {
            ["name"] = "pods/requests_per_second",
            ["singularName"] = "",
            ["namespaced"] = true,
            ["kind"] = "MetricValueList",
            ["verbs"] = new JsonArray("get"),
        }),
    };

    /// <summary>The value of each pod: <c>NAMESPACE/pods/*/METRIC</c>.</summary>
    async Task<JsonObject?> ValuesAsync(HttpRequest request, string path)
    {
        if (path[Namespaces.Length..].Split('/') is not [var ns, "pods", "*", var metric])
            return null;
        var names = (await Kubectl.AskAsync(
            "get", "pods", "-n", ns, "-l", request.Query["labelSelector"].ToString(), "-o",
            "jsonpath={.items[*].metadata.name}")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Interlocked.Increment(ref _asked);
        var value = names.Length == 0 ? 0 : 1000 * Volatile.Read(ref _load) / names.Length;
        return new JsonObject
        {
            ["kind"] = "MetricValueList",
            ["apiVersion"] = $"{Group}/{Version}",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. names.Select(name => (JsonNode)new JsonObject
            {
                ["describedObject"] = new JsonObject
                {
                    ["kind"] = "Pod",
                    ["apiVersion"] = "/v1",
                    ["namespace"] = ns,
                    ["name"] = name,
                },
                ["metric"] = new JsonObject { ["name"] = metric },
                ["timestamp"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["value"] = string.Create(CultureInfo.InvariantCulture, $"{value}m"),
            })]),
        };
    }

    static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=metrics", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
