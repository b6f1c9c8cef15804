using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Watching;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Reads <c>/status</c> of servers, on the management port of their pods.</summary>
/// <param name="pods">Those that are there: the report of one that goes meanwhile is not kept.</param>
/// <param name="clock">The time.</param>
sealed class ServerStatusClient(Informer<Pod> pods, TimeProvider clock) : IDisposable
{
    const int MaxResponseLength = 64 * 1024;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    /// <summary>For how long the last report stands in for one that does not come.</summary>
    static readonly TimeSpan _reportLife = TimeSpan.FromMinutes(1);

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

    readonly ConcurrentDictionary<string, ObservedPod> _last = new(StringComparer.Ordinal);

    /// <summary>
    /// A pod with its server's report. Without a report: the pod does not run, or its server cannot be asked. A server
    /// that is not ready is asked, too: it reports why.
    /// </summary>
    public async Task<ObservedPod> GetStatusAsync(Pod pod, CancellationToken cancellationToken)
    {
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status?.Phase != "Running"
            || !IPAddress.TryParse(pod.Status.PodIP, out var address))
        {
            return new ObservedPod(pod, null, clock.GetUtcNow());
        }
        var url = new UriBuilder(Uri.UriSchemeHttp, address.ToString(), ManagementPortOf(pod), "/status").Uri;
        var observed = await AskAsync(pod, url, cancellationToken);
        _last[pod.Metadata.Uid ?? ""] = observed;
        if (pods.Find(pod.Key)?.Metadata.Uid != pod.Metadata.Uid)
            Forget(pod);
        return observed;
    }

    /// <summary>Forgets a pod that is gone.</summary>
    public void Forget(Pod pod) => _last.TryRemove(pod.Metadata.Uid ?? "", out _);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<ObservedPod> AskAsync(Pod pod, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _http.GetByteArrayAsync(url, cancellationToken);
            return ServerReport.Read(answer) is { } report
                ? new ObservedPod(pod, report, clock.GetUtcNow())
                : Unreachable(pod, $"{url} does not answer with the status of a server");
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return Unreachable(pod, $"{url}: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable(pod, $"{url} does not answer within {_timeout.TotalSeconds} s");
        }
    }

    /// <summary>One answer that is missing says nothing yet: a busy node responds late.</summary>
    ObservedPod Unreachable(Pod pod, string error)
    {
        var now = clock.GetUtcNow();
        var last = _last.GetValueOrDefault(pod.Metadata.Uid ?? "");
        if (last is { Report: not null } && now - last.ReportedAt < _reportLife)
            return last with { Pod = pod };
        return new ObservedPod(pod, null, now)
        {
            Failure = error,
            FailingSince = last is { Failure: not null } ? last.FailingSince : now,
        };
    }

    /// <summary>The port that the pod declares, as its probes find it.</summary>
    static int ManagementPortOf(Pod pod) =>
        pod.Spec?.Containers?.SelectMany(container => container.Ports ?? [])
            .FirstOrDefault(port => port.Name == PodManifest.ManagementPort)?.Port
        ?? PodManifest.ManagementPortNumber;
}
