using System.CommandLine;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Commands.Plugin;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Commands;

/// <summary>
/// <c>pyrepo-operator status</c>: whether the three kinds are served, and who leads. It is the chart's test.
/// </summary>
static class StatusCommand
{
    /// <summary>The command, for the command line.</summary>
    public static Command Create()
    {
        var (cluster, settings) = (new ClusterOptions(), new SettingsOptions());
        var command = new Command(
            "status", "Show how many resources of the three kinds the cluster has, and which operator leads.");
        cluster.AddTo(command);
        settings.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Failures.HandleErrorsAsync(async () =>
        {
            using var connection = cluster.Open(parsed);
            using var client = new KubernetesClient(connection, TimeProvider.System);
            var own = cluster.GetNamespace(parsed, connection);
            return await PrintAsync(client, settings.Read(parsed) with { OperatorNamespace = own }, cancellationToken);
        }));
        return command;
    }

    /// <summary><c>kubectl pyrepo status</c>: all repositories, or all about one.</summary>
    public static Command CreateForPlugin()
    {
        var target = new PluginTarget();
        target.Name.Arity = ArgumentArity.ZeroOrOne;
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Those of all namespaces." };
        var command = target.AddTo(new Command("status", "Show all repositories, or all about one.") { all });
        command.Handle(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(target.Name) is null)
            {
                return await target.Open(parsed).RunAsync(
                    cancellationToken,
                    ["get", PluginTarget.Kinds, "-o", "wide", .. parsed.GetValue(all) ? ["-A"] : target.Scope(parsed)]);
            }
            var found = await target.FindAsync(parsed, cancellationToken);
            var children = new List<JsonNode>();
            foreach (var kind in _children)
                children.AddRange(await found.GetChildrenAsync(kind, cancellationToken));
            var page = new StatusPage(
                found.Document, children, await PodReport.ReadAsync(found, cancellationToken));
            PluginCommand.Print(page.Write());
            return page.IsReady ? 0 : 1;
        });
        return command;
    }

    static readonly string[] _children = ["deployments", "services", "persistentvolumeclaims", "ingresses", "jobs"];

    static async Task<int> PrintAsync(
        KubernetesClient client, OperatorSettings settings, CancellationToken cancellationToken)
    {
        foreach (var type in CustomTypes.All)
        {
            var count = 0;
            foreach (var ns in settings.ServedNamespaces ?? [""])
                count += (await client.ListAsync(type, ns, null, cancellationToken)).Items.Count;
            Console.WriteLine($"{type.Kind}: {count}");
        }
        var lease = await client.GetAsync(
            ResourceTypes.Leases, new ObjectKey(settings.OperatorNamespace, OperatorHost.LeaseName), cancellationToken);
        if (lease?.Spec is not { HolderIdentity: { Length: > 0 } holder, RenewTime: { } renewed } spec
            || renewed.AddSeconds(spec.LeaseDurationSeconds ?? 0) < DateTimeOffset.UtcNow)
        {
            await Console.Error.WriteLineAsync(
                $"No operator leads in the namespace '{settings.OperatorNamespace}'. Look at its Deployment's pods.");
            return 1;
        }
        Console.WriteLine($"{holder} leads, since {spec.AcquireTime:u}.");
        return 0;
    }
}
