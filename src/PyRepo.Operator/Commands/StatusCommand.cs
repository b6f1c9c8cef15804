using System.CommandLine;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
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
