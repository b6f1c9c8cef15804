using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using PyRepo.Metrics;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Tls;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Serving.Management;

/// <summary>Answers a scrape of <c>/metrics</c> with all of <see cref="ServerMetrics"/>.</summary>
/// <param name="served">The repositories, groups too.</param>
/// <param name="running">Those with a store of their own.</param>
/// <param name="memory">The memory of what is kept for answers.</param>
/// <param name="certificate">The server's own certificate, if it has one.</param>
sealed class MetricsText(
    RepositoryRegistry served, RepositorySupervisor running, MemoryBudget memory, TlsCertificate? certificate = null)
{
    /// <summary>The releases that have a series each, those with most downloads.</summary>
    const int MaxCompromised = 100;

    /// <summary>Writes all counters and the current state.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new ExpositionText(output);
        WriteRequests(text);
        WriteContent(text);
        WriteStorage(text);
        WriteBackups(text);
        WriteDownloads(text);
        WriteProxies(text);
        WriteMirrors(text);
        WriteVerdicts(text);
        WriteServer(text);
        WriteProcess(text);
    }

    void WriteRequests(ExpositionText text)
    {
        text.Begin(ServerMetrics.HttpRequests);
        foreach (var (repository, route) in Routes())
        {
            foreach (var (status, count) in repository.Requests[route].Statuses)
                text.Add(count, repository.Name, route.ToLabel(), status.ToString(CultureInfo.InvariantCulture));
        }
        text.Begin(ServerMetrics.HttpRequestDuration);
        foreach (var (repository, route) in Routes())
            repository.Requests[route].Durations.AddTo(text, repository.Name, route.ToLabel());
        WriteOutcomes(text, ServerMetrics.Uploads, requests => requests.Uploads.All);
        WriteOutcomes(text, ServerMetrics.Logins, requests => requests.Logins.All);
        text.Begin(ServerMetrics.YankedDownloads);
        foreach (var repository in served.All)
            text.Add(repository.Requests.YankedDownloads, repository.Name);
    }

    /// <summary>The routes that had a request. Of the others there is no series.</summary>
    IEnumerable<(RepositoryRegistration Repository, RequestRoute Route)> Routes() =>
        from repository in served.All
        from route in RequestRoutes.All
        where repository.Requests[route].Durations.Count > 0
        select (repository, route);

    void WriteOutcomes(
        ExpositionText text, MetricDefinition metric, Func<RequestCounts, IEnumerable<(string, long)>> outcomes)
    {
        text.Begin(metric);
        foreach (var repository in served.All)
        {
            foreach (var (outcome, count) in outcomes(repository.Requests))
                text.Add(count, repository.Name, outcome);
        }
    }

    void WriteContent(ExpositionText text)
    {
        Each(text, ServerMetrics.RepositoryReady, host => host.Waiting is null ? 1 : 0);
        Each(text, ServerMetrics.Projects, host => host.Records.Total().Projects);
        Each(text, ServerMetrics.Files, host => host.Records.Total().Files);
        Each(text, ServerMetrics.Bytes, host => host.Records.Total().Bytes);
        Each(text, ServerMetrics.Advisories, host => host.Advisories.Count);
        Each(text, ServerMetrics.AdvisoriesLastSuccess, host => host.Advisories.LastRead?.ToUnixTimeSeconds());
        Each(text, ServerMetrics.Tokens, host => host.Tokens.LastRead?.Tokens.Count);
        Each(text, ServerMetrics.TokenExpiry, host =>
            host.Tokens.LastRead?.Tokens is [_, ..] tokens ? tokens.Min(t => t.Expires).ToUnixTimeSeconds() : null);
    }

    void WriteStorage(ExpositionText text)
    {
        Each(text, ServerMetrics.VolumeSize, host => host.Space?.Size);
        Each(text, ServerMetrics.VolumeFree, host => host.Space?.Free);
        Each(text, ServerMetrics.LostWrites, host => host.Lost.Total);
        Each(text, ServerMetrics.DiskFailures, host =>
            host.Storage.Store.Failures is { } failures ? failures.Last?.Count ?? 0 : null);
        Each(text, ServerMetrics.DamagedFiles, host => (host as HostedHost)?.Damaged);
        Each(text, ServerMetrics.RemovedFiles, host => (host as HostedHost)?.Removed);
    }

    void WriteBackups(ExpositionText text)
    {
        Each(text, ServerMetrics.BackupLast, host => host.Backups.State?.Last?.Began.ToUnixTimeSeconds());
        Each(text, ServerMetrics.BackupDue, host => host.Backups.State?.Next?.ToUnixTimeSeconds());
        Each(text, ServerMetrics.BackupVerificationDue, host =>
            host.Backups.State?.VerificationDue?.ToUnixTimeSeconds());
        Each(text, ServerMetrics.BackupBytes, host => host.Backups.State?.Last?.Size);
        Each(text, ServerMetrics.BackupDamaged, host => host.Backups.State?.Verified?.DamagedCount);
        Each(text, ServerMetrics.BackupFailing, host =>
            host.Backups.State is { } backups ? backups.Failure is null ? 0 : 1 : null);
    }

    void WriteDownloads(ExpositionText text)
    {
        text.Begin(ServerMetrics.Downloads);
        foreach (var (repository, host) in running.Running)
        {
            foreach (var (installer, downloads) in host.Statistics.SinceStart)
                text.Add(downloads, repository, installer);
        }
        Each(text, ServerMetrics.DownloadLogLost, host => host.DownloadLog.Lost);
        text.Begin(ServerMetrics.CompromisedDownloads);
        foreach (var (repository, host) in running.Running)
        {
            foreach (var release in (host.Compromised.Found ?? []).Take(MaxCompromised))
                text.Add(release.Downloads, repository, release.Project.ToString(), release.Version.ToString());
        }
    }

    void WriteProxies(ExpositionText text)
    {
        // A replica that has not asked yet knows nothing.
        EachProxy(text, ServerMetrics.UpstreamUp, proxy =>
            proxy.Upstream.IsFailing ? 0 : proxy.Upstream.LastSuccess is null ? null : 1);
        EachProxy(text, ServerMetrics.UpstreamLastSuccess, proxy => proxy.Upstream.LastSuccess?.ToUnixTimeSeconds());
        text.Begin(ServerMetrics.ProxyAnswers);
        foreach (var (name, proxy) in Proxies())
        {
            text.Add(proxy.Counts.Hits, name, "hit");
            text.Add(proxy.Counts.Misses, name, "miss");
        }
        EachProxy(text, ServerMetrics.VulnerableServed, proxy =>
            proxy.Advisories.AreUsed ? proxy.Refusals.VulnerableServed : null);
        text.Begin(ServerMetrics.PolicyRefused);
        foreach (var (name, proxy) in Proxies())
        {
            foreach (var (rule, count) in proxy.Refusals.Counts)
                text.Add(count, name, rule);
        }
    }

    void WriteMirrors(ExpositionText text)
    {
        EachProxy(text, ServerMetrics.MirrorProjects, proxy => GetMirror(proxy)?.ProjectsTotal);
        EachProxy(text, ServerMetrics.MirrorProjectsDone, proxy => GetMirror(proxy)?.ProjectsDone);
        EachProxy(text, ServerMetrics.MirrorFailures, proxy => GetMirror(proxy)?.FailureCount);
    }

    static MirrorProgress? GetMirror(ProxyHost proxy) => proxy.IsMirroring ? proxy.Mirror : null;

    void WriteVerdicts(ExpositionText text)
    {
        text.Begin(ServerMetrics.Provenance);
        foreach (var (repository, host) in running.Running)
        {
            var counts = host switch
            {
                HostedHost { Hosted.Files.ProvenanceCounts: var uploads } => uploads,
                ProxyHost { ProvenanceCounts: { } upstream } => upstream,
                _ => null,
            };
            foreach (var verdict in counts is null ? [] : ProvenanceCounts.Counted)
                text.Add(counts![verdict], repository, verdict.ToName());
        }
        text.Begin(ServerMetrics.GuardFindings);
        foreach (var (name, proxy) in Proxies())
        {
            foreach (var rule in proxy.GuardFindings is null ? [] : Enum.GetNames<GuardRule>())
                text.Add(proxy.GuardFindings!.GetValueOrDefault(rule), name, rule);
        }
        EachProxy(text, ServerMetrics.ReplacedFiles, proxy => proxy.ReplacedFiles);
    }

    void WriteServer(ExpositionText text)
    {
        text.Begin(ServerMetrics.BackgroundFailures);
        foreach (var loop in running.Loops)
            text.Add(loop.Failures, loop.Repository, loop.Name);
        text.Begin(ServerMetrics.CertificateExpiry);
        if (certificate is not null)
            text.Add(certificate.Current.Expires.ToUnixTimeSeconds());
        text.Write(ServerMetrics.StuckWork, WorkGate.Shared.Stuck);
        text.Write(ServerMetrics.CacheBytes, memory.Used);
        text.Write(ServerMetrics.CacheMaxBytes, memory.Capacity);
        text.Begin(ServerMetrics.BuildInfo);
        text.Add(1, ProgramVersion.Text);
    }

    static void WriteProcess(ExpositionText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Write(ServerMetrics.ResidentMemory, process.WorkingSet64);
        text.Write(ServerMetrics.AllocatedBytes, GC.GetTotalAllocatedBytes());
        text.Begin(ServerMetrics.Collections);
        // A collection of a generation counts for the younger ones, too.
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            text.Add(GC.CollectionCount(generation) - older, $"gen{generation}");
        }
        text.Write(ServerMetrics.CpuSeconds, process.TotalProcessorTime.TotalSeconds);
    }

    IEnumerable<(string Name, ProxyHost Host)> Proxies() =>
        from host in running.Running where host.Value is ProxyHost select (host.Key, (ProxyHost)host.Value);

    void Each(ExpositionText text, MetricDefinition metric, Func<RepositoryHost, double?> value)
    {
        text.Begin(metric);
        foreach (var (repository, host) in running.Running)
        {
            if (value(host) is { } measured)
                text.Add(measured, repository);
        }
    }

    void EachProxy(ExpositionText text, MetricDefinition metric, Func<ProxyHost, double?> value) =>
        Each(text, metric, host => host is ProxyHost proxy ? value(proxy) : null);
}
