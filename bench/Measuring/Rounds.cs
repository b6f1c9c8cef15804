namespace Bench.Measuring;

/// <summary>The same figure, measured several times.</summary>
static class Rounds
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that <paramref name="share"/> (0 to 1) of all values don't exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The median of each round's ratio, so that a machine that is slow for a while does no harm.</summary>
    public static double Ratio(IEnumerable<double> measured, IEnumerable<double> reference) =>
        Median(measured.Zip(reference, (a, b) => a / b));
}
