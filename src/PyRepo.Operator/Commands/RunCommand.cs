using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Management;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Commands;

/// <summary><c>pyrepo-operator run</c></summary>
static class RunCommand
{
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    /// <summary>The Lease by which one of several operators leads.</summary>
    public const string LeaseName = "pyrepo-operator";

    /// <summary>The command, for the command line.</summary>
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Where /metrics, /livez and /readyz are served.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => "0.0.0.0:8080",
        };
        var elect = new Option<bool>("--leader-elect")
        {
            Description = "Act only while holding the Lease pyrepo-operator of the operator's namespace.",
            DefaultValueFactory = _ => true,
        };
        var (cluster, settings) = (new ClusterOptions(), new SettingsOptions());
        var command = new Command("run", "Reconcile PythonRepositories, ProxyRepositories and RepositoryGroups.")
        {
            listen, elect,
        };
        cluster.AddTo(command);
        settings.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Failures.HandleErrorsAsync(async () =>
        {
            using var connection = cluster.Open(parsed);
            var own = cluster.NamespaceOf(parsed, connection);
            return await RunAsync(
                connection, settings.Read(parsed) with { OperatorNamespace = own },
                parsed.GetValue(elect) ? new ObjectKey(own, LeaseName) : null,
                ListenAddress.Read(parsed.GetRequiredValue(listen)), cancellationToken);
        }));
        return command;
    }

    static async Task<int> RunAsync(
        ClusterConnection connection, OperatorSettings settings, ObjectKey? lease, IPEndPoint listen,
        CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddLogging(AddLogging).BuildServiceProvider();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("PyRepo.Operator");
        var (metrics, clock) = (new MetricRegistry(), TimeProvider.System);
        var identity = $"{Environment.MachineName}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        using var leases = new KubernetesClient(connection, clock, logger);
        var election = lease is null ? null : new LeaderElection(leases, lease.Value, identity, clock, logger);
        using var client =
            new KubernetesClient(connection, clock, logger, election is null ? null : () => election.IsLeading);
        OperatorHost? host = null;
        await using var management =
            await ManagementEndpoint.StartAsync(listen, () => host, metrics, cancellationToken);
        Console.WriteLine($"Management on {management.Urls.First()}");
        var knowsHttpRoutes = await KnowsHttpRoutesAsync(client, settings, clock, logger, cancellationToken);
        host = new OperatorHost(client, settings, identity, election, knowsHttpRoutes, metrics, clock, logger);
        return await host.RunAsync(cancellationToken) ? 0 : 1;
    }

    /// <summary>
    /// Whether the cluster has Gateway API. One that gets it later needs a restart of the operator. Waits for an API
    /// server that does not answer yet.
    /// </summary>
    static async Task<bool> KnowsHttpRoutesAsync(
        KubernetesClient client, OperatorSettings settings, TimeProvider clock, ILogger logger,
        CancellationToken cancellationToken)
    {
        var ns = (settings.ServedNamespaces ?? [settings.OperatorNamespace])[0];
        while (true)
        {
            try
            {
                await client.ListAsync(ResourceTypes.HttpRoutes, ns, null, cancellationToken);
                return true;
            }
            catch (KubernetesException error) when (error.IsNotFound || error.Status is HttpStatusCode.Forbidden)
            {
                return false;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException
                || error is KubernetesException { Status: >= HttpStatusCode.InternalServerError })
            {
                Log.Unreachable(logger, error.Message);
            }
            await Task.Delay(_pause, clock, cancellationToken);
        }
    }

    static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected)
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                json.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        else
            logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
