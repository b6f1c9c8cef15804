using System.Net;
using System.Net.Sockets;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Asks servers how they fare, on their pods' management port.</summary>
sealed class ServerStatusClient(TimeProvider clock) : IDisposable
{
    const int MaxResponseLength = 64 * 1024;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // Straight to the pod: no proxy, no redirect, nothing kept.
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
    /// A pod, with what its server answers; no answer where it does not run or gives none. One that is not ready is
    /// asked, too: it says why.
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
