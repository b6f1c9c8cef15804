using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Metrics;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Management;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Management;

/// <summary>The list of the server's metrics, of which <c>docs/metrics.md</c> is made.</summary>
public sealed class MetricsPageTests : IDisposable
{
    /// <summary>
    /// They need a bucket for backups, a source of advisories that answers, a download of what an advisory names, a volume
    /// that was measured, a token that was used, an upstream that answered, or a certificate.
    /// </summary>
    static readonly MetricDefinition[] _notHere =
    [
        ServerMetrics.Advisories, ServerMetrics.AdvisoriesLastSuccess, ServerMetrics.BackupBytes,
        ServerMetrics.BackupDamaged, ServerMetrics.BackupDue, ServerMetrics.BackupFailing, ServerMetrics.BackupLast,
        ServerMetrics.BackupVerificationDue, ServerMetrics.CertificateExpiry, ServerMetrics.CompromisedDownloads,
        ServerMetrics.TokenExpiry, ServerMetrics.Tokens, ServerMetrics.UpstreamLastSuccess, ServerMetrics.UpstreamUp,
        ServerMetrics.VolumeFree, ServerMetrics.VolumeSize,
    ];

    /// <summary>The loop that measures it may have done so already.</summary>
    static readonly string[] _measuredLater =
        [ServerMetrics.UpstreamUp.Name, ServerMetrics.VolumeFree.Name, ServerMetrics.VolumeSize.Name];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_server_has_every_metric_of_its_list_and_no_other()
    {
        var metrics = await RenderAsync();
        Assert.Equal(
            ServerMetrics.All.Select(metric => metric.Name).Order(StringComparer.Ordinal),
            MetricsPage.GetNames(metrics).Order(StringComparer.Ordinal));
        Assert.Equal(
            _notHere.Select(metric => metric.Name),
            MetricsPage.GetEmpty(metrics).Except(_measuredLater).Concat(_measuredLater).Order(StringComparer.Ordinal));
    }

    /// <summary>The names and the text are such as Prometheus wants them.</summary>
    [Fact]
    public async Task Promtool_takes_the_text()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        var (_, complaints) = await Promtool.RunAsync(await RenderAsync(), "check", "metrics");
        Assert.Empty(complaints);
    }

    /// <summary>Alerts on a metric that is gone would never fire.</summary>
    [Fact]
    public void No_page_names_a_metric_that_neither_program_has()
    {
        var known = new[] { ServerMetrics.All, OperatorMetrics.All, ControllerRuntimeMetrics.All }
            .SelectMany(all => all).Select(metric => metric.Name).ToHashSet();
        Assert.All(Directory.EnumerateFiles(SourceTree.At("docs"), "*.md"), page => Assert.Empty(
            MetricsPage.NamedIn(File.ReadAllText(page)).Except(known)));
    }

    async Task<string> RenderAsync()
    {
        var options = new ServeOptions
        {
            Manifests = [_folder["a.yaml"]],
            Data = _folder["data"],
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Management = new IPEndPoint(IPAddress.Loopback, 0),
        };
        await File.WriteAllTextAsync(_folder["a.yaml"], Manifests.Repository("team") + Manifests.Repository(
            "pypi",
            "{ upstream: { url: 'https://pypi.invalid/' }, mode: Mirror, policy: { guard: { action: Hold }, advisories: "
                + "{ source: 'https://osv.invalid/all.zip', action: Block } } }",
            "ProxyRepository"));
        var (served, memory, clock) = (new RepositoryRegistry(), new MemoryBudget(1 << 20), new FakeClock());
        await using var running = new RepositorySupervisor(
            options, served, memory, new BurnedTokens(clock), clock, NullLoggerFactory.Instance);
        var configuration = ConfigurationReader.Read(options.Manifests);
        Assert.Empty(configuration.Problems);
        await running.ApplyAsync(configuration);
        Assert.All(served.All, repository => repository.Requests[RequestRoute.Index].Add(200, 0));
        running.Running["team"].Statistics.Count(ProjectName.Parse("lib"), "lib-1.0.tar.gz", "pip/26.3");
        ((ProxyHost)running.Running["pypi"]).Refusals.Add("block", "lib-1.0.tar.gz is blocked");
        var output = new ArrayBufferWriter<byte>();
        new MetricsText(served, running, memory).WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
