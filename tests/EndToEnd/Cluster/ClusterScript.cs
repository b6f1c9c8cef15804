namespace EndToEnd.Cluster;

/// <summary>What only the one who runs the cluster can do, on K3s as well as on a node of this machine.</summary>
static class ClusterScript
{
    /// <summary>Runs a command of <c>cluster.sh</c>.</summary>
    public static async Task RunAsync(params IReadOnlyList<string> arguments) =>
        (await new ProgramRun(SourceTree.At("tests", "cluster", "cluster.sh"), arguments).RunAsync()).MustSucceed();
}
