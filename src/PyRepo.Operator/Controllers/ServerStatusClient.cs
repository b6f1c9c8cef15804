using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Reads <c>/status</c> of servers, on the management port of their pods.</summary>
/// <param name="isThere">Whether a pod still is: the report of one that goes meanwhile is not kept.</param>
/// <param name="clock">The time.</param>
sealed class ServerStatusClient(Func<Pod, bool> isThere, TimeProvider clock) : IDisposable
{
    /// <summary>In KiB; a server of ours sends a few hundred bytes of headers.</summary>
    const int MaxHeadersLength = 4;

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
        MaxResponseHeadersLength = MaxHeadersLength,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = _timeout,
        MaxResponseContentBufferSize = OperatorLimits.MaxReportLength,
    };

    readonly LastResponses _last = new();

    /// <summary>
    /// Pods with their servers' reports. Without a report: the pod does not run, or its server cannot be asked, or was
    /// not, because all of them may cost only so much. A server that is not ready is asked, too: it reports why.
    /// </summary>
    public async Task<ImmutableArray<ObservedPod>> GetStatusesAsync(
        IEnumerable<Pod> pods, CancellationToken cancellationToken)
    {
        using var budget = new StatusBudget(clock, cancellationToken);
        Pod[] all = [.. pods];
        var observed = new ObservedPod[all.Length];
        // Those that failed last come last: they take the time of no other.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, all.Length).OrderBy(n => _last.Find(all[n]) is { Failure: not null }),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = OperatorLimits.MaxPodsAtOnce,
                CancellationToken = cancellationToken,
            },
            async (n, _) => observed[n] = await GetStatusAsync(all[n], budget));
        return [.. observed];
    }

    /// <summary>Forgets a pod that is gone.</summary>
    public void Forget(Pod pod) => _last.Forget(pod);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<ObservedPod> GetStatusAsync(Pod pod, StatusBudget budget)
    {
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status?.Phase != "Running"
            || !IPAddress.TryParse(pod.Status.PodIP, out var address))
        {
            return new ObservedPod(pod, null, clock.GetUtcNow());
        }
        var url = new UriBuilder(Uri.UriSchemeHttp, address.ToString(), GetManagementPort(pod), "/status").Uri;
        var observed = budget.IsSpent ? NotAsked(pod, budget) : await AskAsync(pod, url, budget);
        if (!isThere(pod))
            Forget(pod);
        return observed;
    }

    async Task<ObservedPod> AskAsync(Pod pod, Uri url, StatusBudget budget)
    {
        try
        {
            var response = await _http.GetByteArrayAsync(url, budget.Token);
            if (budget.Read(response) is not { } report)
                return Unreachable(pod, $"{url} does not answer with the status of a server", budget);
            var now = clock.GetUtcNow();
            _last.Set(pod, new LastResponse(now, response));
            return new ObservedPod(pod, report, now);
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return Unreachable(pod, $"{url}: {error.Message}", budget);
        }
        catch (OperationCanceledException) when (!budget.IsCanceled)
        {
            return budget.IsSpent ? NotAsked(pod, budget)
                : Unreachable(pod, $"{url} does not answer within {_timeout.TotalSeconds} s", budget);
        }
    }

    /// <summary>Others took the time. Next time it is not behind them; what is known of it still counts.</summary>
    ObservedPod NotAsked(Pod pod, StatusBudget budget) =>
        RecentReport(pod, budget) ?? Failed(pod, _last.Find(pod) is { Failure: not null } failed ? failed : null);

    /// <summary>One answer that is missing says nothing yet: a busy node responds late.</summary>
    ObservedPod Unreachable(Pod pod, string error, StatusBudget budget)
    {
        if (RecentReport(pod, budget) is { } recent)
            return recent;
        // The message of an error can have a whole line that the pod sent.
        var failure = error.Length > OperatorLimits.MaxTextLength ? error[..OperatorLimits.MaxTextLength] : error;
        var since = _last.Find(pod) is { Failure: not null } last ? last.At : clock.GetUtcNow();
        var failed = new LastResponse(since, null, failure);
        _last.Set(pod, failed);
        return Failed(pod, failed);
    }

    ObservedPod? RecentReport(Pod pod, StatusBudget budget) =>
        _last.Find(pod) is { Report: { } text, At: var at } && clock.GetUtcNow() - at < _reportLife
        && budget.Read(text) is { } report
            ? new ObservedPod(pod, report, at)
            : null;

    ObservedPod Failed(Pod pod, LastResponse? failed) => new(pod, null, clock.GetUtcNow())
    {
        Failure = failed?.Failure,
        FailingSince = failed?.At ?? default,
    };

    /// <summary>The port that the pod declares, as its probes find it.</summary>
    static int GetManagementPort(Pod pod) =>
        pod.Spec?.Containers?.SelectMany(container => container.Ports ?? [])
            .FirstOrDefault(port => port.Name == PodManifest.ManagementPort)?.Port
        ?? PodManifest.ManagementPortNumber;
}
