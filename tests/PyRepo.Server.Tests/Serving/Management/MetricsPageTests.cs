using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
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

/// <summary><c>docs/metrics.md</c> has the server's metrics as they are.</summary>
public sealed class MetricsPageTests : IDisposable
{
    const string Heading = "The server";

    /// <summary>They need a source that answers. A gauge of a repository has the label of the others.</summary>
    static readonly string[] _ofAdvisories =
        ["pyrepo_advisories", "pyrepo_advisories_last_success_timestamp_seconds"];

    /// <summary>It needs a download of what an advisory names: DownloadLogTests have one.</summary>
    const string Compromised = "pyrepo_compromised_downloads";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_has_every_metric_with_its_type_and_labels_and_no_other()
    {
        var metrics = await RenderAsync();
        Assert.Equal(MetricsPage.GetTypes(metrics), MetricsPage.TypesBelow(Heading));
        var (seen, told) = (MetricsPage.GetLabels(metrics), MetricsPage.LabelsBelow(Heading));
        Assert.Equal([.. _ofAdvisories, Compromised], told.Keys.Except(seen.Keys).Order(StringComparer.Ordinal));
        Assert.Equal("project, repository, version", told[Compromised]);
        Assert.All(seen, metric => Assert.Equal(metric.Value, told[metric.Key]));
        Assert.All(_ofAdvisories, name => Assert.Equal("repository", told[name]));
    }

    /// <summary>Alerts on a metric that is gone would never fire.</summary>
    [Fact]
    public void No_page_names_a_metric_that_neither_program_has()
    {
        var known = MetricsPage.LabelsBelow(Heading).Keys
            .Concat(MetricsPage.LabelsBelow("The operator").Keys).ToHashSet();
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
        Assert.All(served.All, repository => repository.Requests.Add(200, 0));
        running.Running["team"].Statistics.Count(ProjectName.Parse("lib"), "lib-1.0.tar.gz", "pip/26.3");
        ((ProxyHost)running.Running["pypi"]).Refusals.Add("block", "lib-1.0.tar.gz is blocked");
        return new PrometheusText(served, running, memory).Render();
    }
}
