using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Metrics;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Management;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Management;

public sealed partial class MetricsTextTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_line_parses_and_every_sample_follows_its_type()
    {
        var samples = Parse(await RenderAsync(200, 200, 404));
        Assert.Equal(2, samples["""pyrepo_http_requests_total{repository="team-a",route="index",status="200"}"""]);
        Assert.Equal(1, samples["""pyrepo_http_requests_total{repository="team-a",route="index",status="404"}"""]);
        Assert.Equal(1, samples["""pyrepo_repository_ready{repository="team-a"}"""]);
        Assert.Equal(0, samples["""pyrepo_background_failures_total{repository="team-a",loop="garbage"}"""]);
        Assert.True(samples["process_resident_memory_bytes"] > 0);
        Assert.True(samples["pyrepo_cache_bytes"] < samples["pyrepo_cache_max_bytes"]);
        Assert.Equal(1 << 20, samples["pyrepo_cache_max_bytes"]);
    }

    [Fact]
    public async Task Buckets_rise_to_the_count()
    {
        var samples = Parse(await RenderAsync(200, 200, 404, 503));
        const string bucket = "pyrepo_http_request_duration_seconds_bucket";
        var buckets = samples.Where(sample => sample.Key.StartsWith(bucket, StringComparison.Ordinal))
            .Select(sample => sample.Value).ToList();
        Assert.Equal(ServerMetrics.HttpRequestDuration.Bounds.Length + 1, buckets.Count);
        Assert.Equal(buckets, buckets.Order());
        Assert.Equal(4, buckets[^1]);
        Assert.Equal(4, samples["""pyrepo_http_request_duration_seconds_count{repository="team-a",route="index"}"""]);
        Assert.Contains(samples, sample => sample.Key.Contains("le=\"+Inf\"", StringComparison.Ordinal));
    }

    async Task<string> RenderAsync(params int[] statuses)
    {
        var options = new ServeOptions
        {
            Manifests = [_folder["a.yaml"]],
            Data = _folder["data"],
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Management = new IPEndPoint(IPAddress.Loopback, 0),
        };
        await File.WriteAllTextAsync(_folder["a.yaml"], Manifests.Repository("team-a"));
        var served = new RepositoryRegistry();
        var memory = new MemoryBudget(1 << 20);
        await using var running = new RepositorySupervisor(
            options, served, memory, new BurnedTokens(_clock), _clock, NullLoggerFactory.Instance);
        await running.ApplyAsync(ConfigurationReader.Read(options.Manifests));
        foreach (var status in statuses)
        {
            Assert.Single(served.All).Requests[RequestRoute.Index]
                .Add(status, System.Diagnostics.Stopwatch.GetTimestamp());
        }
        var output = new ArrayBufferWriter<byte>();
        new MetricsText(served, running, memory).WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>
    /// Parses the text format like Prometheus: each metric has one HELP line and one TYPE line, followed by its
    /// samples.
    /// </summary>
    static Dictionary<string, double> Parse(string text)
    {
        var (samples, typed) = (new Dictionary<string, double>(), new HashSet<string>());
        var current = "";
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                continue;
            if (TypeLine.Match(line) is { Success: true } type)
            {
                current = type.Groups["name"].Value;
                Assert.True(typed.Add(current), line);
                continue;
            }
            var sample = SampleLine.Match(line);
            Assert.True(sample.Success, line);
            Assert.StartsWith(current, sample.Groups["name"].Value, StringComparison.Ordinal);
            samples.Add(
                sample.Groups["name"].Value + sample.Groups["labels"].Value,
                double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
        }
        return samples;
    }

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (counter|gauge|histogram)$", RegexOptions.CultureInvariant)]
    static partial Regex TypeLine { get; }

    [GeneratedRegex(
        """^(?<name>[a-z_]+)(?<labels>\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? (?<value>[0-9.eE+-]+)$""",
        RegexOptions.CultureInvariant)]
    static partial Regex SampleLine { get; }
}
