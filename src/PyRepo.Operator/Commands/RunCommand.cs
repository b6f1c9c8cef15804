using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Logging;
using PyRepo.Operator.Management;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Problems;

namespace PyRepo.Operator.Commands;

/// <summary><c>pyrepo-operator run</c></summary>
static class RunCommand
{
    /// <summary>The command, for the command line.</summary>
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "The address of /metrics, /livez and /readyz.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => "0.0.0.0:8080",
        };
        var elect = new Option<bool>("--leader-elect")
        {
            Description = "Act only while holding the Lease pyrepo-operator of the operator's namespace.",
            DefaultValueFactory = _ => true,
        };
        var (cluster, settings, log) = (new ClusterOptions(), new SettingsOptions(), new LoggingOptions());
        var command = new Command("run", "Reconcile PythonRepositories, ProxyRepositories and RepositoryGroups.")
        {
            listen, elect,
        };
        cluster.AddTo(command);
        settings.AddTo(command);
        log.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Failures.HandleErrorsAsync(async () =>
        {
            using var connection = cluster.Open(parsed);
            var own = cluster.GetNamespace(parsed, connection);
            return await RunAsync(
                connection, settings.ReadWithServerImage(parsed) with { OperatorNamespace = own },
                parsed.GetValue(elect) ? new ObjectKey(own, OperatorHost.LeaseName) : null,
                ListenAddress.Read(parsed.GetRequiredValue(listen)),
                log.Open(parsed), cancellationToken);
        }));
        return command;
    }

    static async Task<int> RunAsync(
        ClusterConnection connection, OperatorSettings settings, ObjectKey? lease, IPEndPoint listen,
        ILogger logger, CancellationToken cancellationToken)
    {
        var (metrics, clock) = (new MetricRegistry(), TimeProvider.System);
        var identity = $"{Environment.MachineName}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        metrics.Gauge(OperatorMetrics.BuildInfo, static () => 1, ProgramVersion.Text);
        using var leases = new KubernetesClient(connection, clock, logger, metrics: metrics);
        var election = lease is null ? null : new LeaderElection(leases, lease.Value, identity, clock, logger);
        using var client =
            new KubernetesClient(
                connection, clock, logger, election is null ? null : () => election.IsLeading, metrics);
        OperatorHost? host = null;
        await using var management = ManagementEndpoint.Start(listen, () => host, metrics);
        Console.WriteLine($"Management on http://{management.Address}");
        host = new OperatorHost(client, settings, identity, election, metrics, clock, logger);
        return await host.RunAsync(cancellationToken) ? 0 : 1;
    }
}

/// <summary>The value of <c>--listen</c>.</summary>
static class ListenAddress
{
    /// <exception cref="SettingsException">It is no address with a port.</exception>
    public static IPEndPoint Read(string text) =>
        IPEndPoint.TryParse(text, out var address) && NamesPort(text, address.Port)
            ? address
            : throw new SettingsException(
                $"--listen: {Quote.Text(text)} is not ADDRESS:PORT, an IP address and a port, as 0.0.0.0:8080 or "
                + "[::]:8080");

    /// <summary>A port that is left out is read as 0, which means any.</summary>
    static bool NamesPort(string text, int port) =>
        text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port}"), StringComparison.Ordinal)
        && (text.Contains(']', StringComparison.Ordinal) || text.Count(letter => letter == ':') == 1);
}

/// <summary>The log, on standard error: lines for people on a terminal, else JSON.</summary>
sealed class LoggingOptions
{
    readonly Option<string> _level = new Option<string>("--log-level")
    {
        Description = "The least severe messages that are logged: Debug, Information, Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => nameof(LogLevel.Information),
    }.AcceptOnlyFromAmong(
        nameof(LogLevel.Debug), nameof(LogLevel.Information), nameof(LogLevel.Warning), nameof(LogLevel.Error));

    /// <summary>Makes a command take them.</summary>
    public void AddTo(Command command) => command.Options.Add(_level);

    /// <summary>The log of a command line.</summary>
    public ILogger Open(ParseResult parsed)
    {
        const string category = "PyRepo.Operator";
        var level = Enum.Parse<LogLevel>(parsed.GetRequiredValue(_level));
        var output = Console.OpenStandardError();
        return Console.IsErrorRedirected
            ? new JsonLogger(category, level, output, TimeProvider.System)
            : new TerminalLogger(category, level, output);
    }
}
