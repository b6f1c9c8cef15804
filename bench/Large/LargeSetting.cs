namespace Bench.Large;

/// <summary>Where a project lies, and how many serve it.</summary>
sealed record LargeSetting(string Name, bool IsBucket, int Replicas)
{
    public static IReadOnlyList<LargeSetting> All { get; } =
    [
        new("a directory", IsBucket: false, 1),
        new("a bucket, one replica", IsBucket: true, 1),
        new("a bucket, two replicas", IsBucket: true, 2),
    ];

    /// <summary>What a row is about that asks one of the replicas.</summary>
    public string Asking(int replica) => Replicas == 1 ? Name : $"{Name}, {GetName(replica)}";

    public static string GetName(int replica) => replica == 0 ? "the first" : "the other";
}
