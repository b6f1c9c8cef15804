using System.Net;
using System.Net.Sockets;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Reads <c>/status</c> of servers, on the management port of their pods.</summary>
sealed class ServerStatusClient(TimeProvider clock) : IDisposable
{
    const int MaxResponseLength = 64 * 1024;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // Directly to the pod: no proxy, no redirect, no cookie.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = _timeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = _timeout,
        MaxResponseContentBufferSize = MaxResponseLength,
    };

    /// <summary>
    /// A pod with its server's report; without a report if the pod does not run or its server does not respond. A
    /// server that is not ready is called, too: it reports why.
    /// </summary>
    public async Task<ObservedPod> GetStatusAsync(Pod pod, CancellationToken cancellationToken)
    {
        var observed = new ObservedPod(pod, null, clock.GetUtcNow());
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status?.Phase != "Running"
            || !IPAddress.TryParse(pod.Status.PodIP, out var address))
        {
            return observed;
        }
        var url = new UriBuilder(Uri.UriSchemeHttp, address.ToString(), ManagementPortOf(pod), "/status").Uri;
        try
        {
            var answer = await _http.GetByteArrayAsync(url, cancellationToken);
            return observed with { Report = ServerReport.Read(answer), ReportedAt = clock.GetUtcNow() };
        }
        catch (Exception error) when (error is HttpRequestException or SocketException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return observed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The port that the pod declares, as its probes find it.</summary>
    static int ManagementPortOf(Pod pod) =>
        pod.Spec?.Containers?.SelectMany(container => container.Ports ?? [])
            .FirstOrDefault(port => port.Name == PodManifest.ManagementPort)?.Port
        ?? PodManifest.ManagementPortNumber;
}
