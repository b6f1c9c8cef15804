namespace EndToEnd.Cluster;

/// <summary>
/// A test on a whole cluster with the operator installed; skipped, with one line, where none is named.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    /// <summary>Why such tests are skipped; null: they are not.</summary>
    public static string? Reason { get; } =
        Environment.GetEnvironmentVariable("PYREPO_INGRESS") is null or "" || Assets.Root is null
            ? "No cluster: run ./dev cluster, paste its two lines, and set PYREPO_ASSETS."
            : null;

    /// <summary>A test of the cluster that <c>./dev cluster</c> made.</summary>
    /// <param name="asset">A file of the assets that it needs besides; empty: none.</param>
    public ClusterFactAttribute(string asset = "") => Skip = Reason ?? MissingReason(asset);

    static string? MissingReason(string asset) =>
        Assets.Find(asset) is null ? $"The test asset {asset} is missing." : null;
}
