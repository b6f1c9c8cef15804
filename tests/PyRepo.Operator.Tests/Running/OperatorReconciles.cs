using System.Globalization;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What a running operator counts.</summary>
static class OperatorReconciles
{
    const string Ended = "controller_runtime_reconcile_total{";

    /// <summary>How many reconciles to resources have ended.</summary>
    public static Task<int> ReconcilesAsync(this OperatorProcess running) => CountAsync(running, Ended);

    /// <summary>How many versions of resources were parsed.</summary>
    public static Task<int> ParsedAsync(this OperatorProcess running) =>
        CountAsync(running, "pyrepo_operator_resources_parsed_total");

    /// <summary>How many reconciles ended in an exception that nobody expects.</summary>
    public static Task<int> PanicsAsync(this OperatorProcess running) =>
        CountAsync(running, "controller_runtime_reconcile_panics_total{");

    /// <summary>How many resources that changed wait for their reconcile.</summary>
    public static Task<int> WaitingAsync(this OperatorProcess running) => CountAsync(
        running, """workqueue_depth{controller="pythonrepository",name="pythonrepository",priority="0"}""");

    /// <summary>Waits until so many reconciles have ended, and tells how many have.</summary>
    public static async Task<int> UntilReconcilesAsync(this OperatorProcess running, int atLeast)
    {
        var reconciles = 0;
        await Eventually.IsAsync(
            $"reconcile {atLeast}", async () => (reconciles = await running.ReconcilesAsync()) >= atLeast,
            () => $"There were {reconciles}.");
        return reconciles;
    }

    /// <summary>Annotates an object, and waits until its resource was reconciled for it.</summary>
    /// <param name="running">The operator.</param>
    /// <param name="cluster">Where the object is.</param>
    /// <param name="path">A resource or one of its children, below the namespace: <c>v1/services/team-a</c>.</param>
    public static async Task ReconcileAgainAsync(this OperatorProcess running, TestCluster cluster, string path)
    {
        var reconciles = await running.ReconcilesAsync();
        await cluster.AnnotateAsync(path, "example.com/looked", $"{Guid.NewGuid()}");
        await running.UntilReconcilesAsync(reconciles + 1);
    }

    static async Task<int> CountAsync(OperatorProcess running, string metric)
    {
        var lines = (await running.GetAsync("metrics"))!.Split('\n');
        return lines.Where(line => line.StartsWith(metric, StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
