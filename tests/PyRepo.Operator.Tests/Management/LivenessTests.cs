using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Metrics;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Tests.Management;

public sealed class LivenessTests
{
    [Fact]
    public async Task An_operator_with_an_informer_that_died_ends_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var log = new FaultyLog();
        using var client = GetClient(folder, TimeProvider.System);
        var host = new OperatorHost(
            client, Scenario.Settings, "me", null, new MetricRegistry(), TimeProvider.System, log);
        Assert.False(await host.RunAsync(CancellationToken.None));
        Assert.Contains("no space left", Assert.Single(log.Ended), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_could_list_nothing_for_20_minutes_is_not_alive()
    {
        using var folder = new TemporaryFolder();
        var clock = new SteppedClock();
        using var client = GetClient(folder, clock);
        var host = new OperatorHost(
            client, Scenario.Settings, "me", null, new MetricRegistry(), clock, NullLogger.Instance);
        clock.Advance(TimeSpan.FromMinutes(19));
        Assert.True(host.IsAlive);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(host.IsAlive);
        Assert.NotEmpty(host.Unlisted);
    }

    /// <summary>Where it connects to, nobody answers.</summary>
    internal static KubernetesClient GetClient(TemporaryFolder folder, TimeProvider clock)
    {
        File.WriteAllText(folder["kubeconfig"], """
            { "current-context": "c", "contexts": [ { "name": "c", "context": { "cluster": "c", "user": "u" } } ],
              "clusters": [ { "name": "c", "cluster": { "server": "http://127.0.0.1:1" } } ],
              "users": [ { "name": "u", "user": { "token": "t" } } ] }
            """);
        return new KubernetesClient(ClusterConnection.Open(folder["kubeconfig"], null, clock), clock);
    }

    /// <summary>Warnings cannot be written: one of an informer's ends its loop.</summary>
    sealed class FaultyLog : ILogger
    {
        public List<string> Ended { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel is LogLevel.Warning)
                throw new IOException("no space left");
            if (logLevel is LogLevel.Critical)
                Ended.Add(formatter(state, exception));
        }
    }
}
